/** What a running mesh had and somebody removes is missing as in a cluster: nothing is made up for it, then or later. */
import { expect, it } from 'vitest';
import { takeSnapshot } from '../../src/control/index.ts';

const options = { defaultNamespace: 'default', standIns: true };
const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: data}
spec: {hosts: [db], tcp: [{route: [{destination: {host: db, subset: v1}}]}]}
`;
const service = `apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {selector: {app: db}, ports: [{name: tcp, port: 9000}]}
`;
const rule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: data}
spec: {host: db, subsets: [{name: v1, labels: {version: v1}}]}
`;
const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: data}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, version: v1}}
    spec: {containers: [{name: c, image: i}]}
`;
const sources = (...texts: readonly string[]) =>
  texts.map((text, i) => ({ name: `${i}.yaml`, text }));
const made = ({ standIns }: ReturnType<typeof takeSnapshot>): readonly string[] =>
  standIns.map(
    ({ object: { kind, metadata } }) => `${kind} ${metadata.namespace}/${metadata.name}`,
  );

it('a kind of which there was one', () => {
  const start = takeSnapshot(sources(route, service, rule, deployment('db')), options);
  expect(made(start)).toEqual([]);
  const without = takeSnapshot(sources(route, service, deployment('db')), options, start);
  expect(made(without)).toEqual([]);
  const later = takeSnapshot(sources(service, route, deployment('db')), options, without);
  expect(made(later)).toEqual([]);
  expect(made(takeSnapshot(sources(route, service, deployment('db')), options))).toEqual([
    'DestinationRule data/db',
  ]);
});

it('workloads, until others come', () => {
  const start = takeSnapshot(sources(route, service, rule, deployment('db')), options);
  const without = takeSnapshot(sources(route, service, rule), options, start);
  expect(made(without)).toEqual([]);
  const later = takeSnapshot(sources(service, route, rule), options, without);
  expect(made(later)).toEqual([]);
  const again = takeSnapshot(sources(route, service, rule, deployment('db')), options, later);
  expect(again.mesh.workloads.map(({ labels }) => labels)).toEqual([{ app: 'db', version: 'v1' }]);
});

it('but what comes new and lacks something is stood in for', () => {
  const start = takeSnapshot(sources(route, service, rule, deployment('db')), options);
  const other = service.replaceAll('db', 'web');
  const more = takeSnapshot(sources(route, service, rule, deployment('db'), other), options, start);
  expect(made(more)).toEqual(['Pod data/web']);
  const edited = takeSnapshot(
    sources(service, route, rule, deployment('db'), other),
    options,
    more,
  );
  expect(made(edited)).toEqual(['Pod data/web']);
});
