/** What a person is told of a change: what it is about, and no more lines than one reads. */
import { expect, it } from 'vitest';
import { describeChange } from '../../src/control/describe-change.ts';
import { takeSnapshot } from '../../src/control/index.ts';

const deployment = (replicas: string, image = 'a'): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: data}
spec:
  ${replicas}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: ${image}}]}
`;
const mesh = (text: string) =>
  takeSnapshot([{ name: 'a.yaml', text }], { defaultNamespace: 'default', standIns: false }).mesh;

it.each([
  ['how many replicas', 'replicas: 5', 'a', ['Deployment data/db: replicas 1 -> 5']],
  ['none of them', 'replicas: 0', 'a', ['Deployment data/db: replicas 1 -> 0']],
  ['more than that', 'replicas: 5', 'b', ['Deployment data/db changed']],
  ['what was there without a word', 'replicas: 1', 'a', ['Deployment data/db changed']],
])('of a Deployment: %s', (_, replicas, image, lines) => {
  expect(describeChange(mesh(deployment('')), mesh(deployment(replicas, image)))).toEqual(lines);
});

const pod = (name: string, labels: string, more = ''): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: data, labels: {${labels}}${more}}
spec: {containers: [{name: c, image: a}]}
`;
const owner =
  ', ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: db, uid: u, controller: true}]';
const unready = 'status: {phase: Running, conditions: [{type: Ready, status: "False"}]}\n';
const replica = pod('db-0', 'app: db, pod-template-hash: 5f7c', owner);

it.each([
  ['as its Deployment has it', '', replica, []],
  ['let go', '', pod('db-0', 'app: db, canary: "yes"'), ['Pod data/db-0 changed']],
  ['not ready', '', replica + unready, ['Pod data/db-0: ready -> not ready']],
  ['started beside it', replica, replica + pod('db-1', 'app: db', owner), ['Pod data/db-1 added']],
  ['gone', replica + pod('x', 'app: x'), replica, ['Pod data/x removed']],
])('of a Pod: %s', (_, before, after, lines) => {
  const set = deployment('');
  expect(describeChange(mesh(set + before), mesh(set + after))).toEqual(lines);
});
