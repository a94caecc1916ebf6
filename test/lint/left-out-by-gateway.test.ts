/** A VirtualService that a Gateway leaves out for where it is or whom it is exported to: one reason, and the true one. */
import { expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const db = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: 10.20.0.5, selector: {app: db}, ports: [{name: tcp-db, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: gw, namespace: edge, labels: {istio: ingress}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 5432}]}]}
`;
const gateway = (hosts: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: pg, namespace: edge}
spec:
  selector: {istio: ingress}
  servers: [{port: {number: 5432, name: tcp, protocol: TCP}, hosts: [${hosts}]}]
`;
const rules = (exportTo: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pg, namespace: data}
spec:
  hosts: [db]
  gateways: [edge/pg, mesh]
  exportTo: [${exportTo}]
  tcp:
  - match: [{port: 5432, sourceLabels: {app: web}}]
    route: [{destination: {host: db, port: {number: 5432}}}]
`;
const said = (...documents: readonly string[]): readonly string[] =>
  findingsIn('mesh.yaml', [db, ...documents].join('---'))
    .filter(({ code }) => ['TCM1101', 'TCM1105', 'TCM1108', 'IST0132'].includes(code))
    .map(({ code, message }) => `${code} ${message}`);

it('for it is not exported to where the gateway runs', () => {
  expect(said(gateway('data/*'), rules('".", shop'))).toEqual([
    'TCM1108 nothing listens on port 5432 (TCP): VirtualService data/pg has a rule for it, but is not exported to edge, where the gateway runs',
    'TCM1105 Gateway edge/pg never uses this VirtualService: it is not exported to edge, where the gateway runs',
  ]);
});

it('for the server is for other namespaces', () => {
  expect(said(gateway('shop/*'), rules('"*"'))).toEqual([
    'TCM1108 nothing listens on port 5432 (TCP): VirtualService data/pg has a rule for it, but is in namespace data, and the server is for shop/* alone',
    'IST0132 Gateway edge/pg serves nothing to namespace data: it never uses the rules',
  ]);
});

it('and where it is used, what the gateway does not look at is said', () => {
  expect(said(gateway('data/*'), rules('edge'))).toEqual([
    'TCM1101 gateways do not look at sourceLabels: a connection through the gateway (istio: ingress) to port 5432 meets this rule whoever opens it',
  ]);
});

const withoutPods = (...documents: readonly string[]): readonly string[] =>
  findingsIn('mesh.yaml', [db.split('---')[0], gateway('data/*'), ...documents].join('---'))
    .filter(({ code }) => /^(TCM1(101|105|108|4..)|IST0132)$/.test(code))
    .map(({ code, message }) => `${code} ${message}`);

it('a gateway of which no pod is known runs beside its Gateway, or in the root namespace', () => {
  expect(withoutPods(rules('edge'))).toEqual(withoutPods(rules('istio-system')));
  expect(withoutPods(rules('edge')).join('\n')).not.toContain('exported');
  expect(withoutPods(rules('shop'))).toContain(
    'TCM1105 Gateway edge/pg never uses this VirtualService: it is not exported to istio-system or edge, where the gateway may run',
  );
});

it('and gets the subsets that it would get in either', () => {
  const toSubset = rules('"*"')
    .replace('[edge/pg, mesh]', '[edge/pg]')
    .replace('{host: db,', '{host: db, subset: v1,');
  const subsets = (exportTo: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: data}
spec: {host: db, exportTo: [${exportTo}], subsets: [{name: v1, labels: {v: v1}}]}
`;
  const hidden = (exportTo: string): readonly string[] =>
    withoutPods(toSubset, subsets(exportTo)).filter(
      (one) => one.startsWith('TCM1405') && one.includes('through the gateway'),
    );
  expect(hidden('".", edge')).toEqual([]);
  expect(hidden('".", istio-system')).toEqual([]);
  expect(hidden('"."')).toHaveLength(1);
});

it('nothing is said of connections through a gateway in a namespace where it does not run', () => {
  const alone = rules('"."')
    .replace('[edge/pg, mesh]', '[edge/pg]')
    .replace('hosts: [db]', 'hosts: [x.example.com]');
  const codes = (documents: readonly string[]): readonly string[] =>
    findingsIn('mesh.yaml', [db, gateway('"*"'), ...documents].join('---')).map(({ code }) => code);
  expect(codes([alone])).toContain('TCM1105');
  expect(codes([alone])).not.toContain('TCM1103');
  expect(codes([alone.replace('"."', 'edge')])).toContain('TCM1103');
});
