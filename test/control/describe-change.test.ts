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
