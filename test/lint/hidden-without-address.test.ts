/** Rules with destinationSubnets for a Service whose clusterIP the files do not have: what can be said whatever it is. */
import { expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const service = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{name: tcp, port: 3306}]}
`;
const route = 'route: [{destination: {host: db.shop.svc.cluster.local}}]';
const rules = (name: string, day: string, ...matches: readonly string[]): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop, creationTimestamp: "2024-01-${day}T00:00:00Z"}
spec:
  hosts: [db.shop.svc.cluster.local]
  tcp:
${matches.map((match) => `  - {match: [${match}], ${route}}`).join('\n')}
`;
const said = (...documents: readonly string[]): readonly string[] =>
  findingsIn('mesh.yaml', [service, ...documents].join('---'))
    .filter(({ code }) => code === 'TCM1201' || code === 'TCM1205')
    .map(({ code, resource, message }) => `${code} ${resource?.name}: ${message}`);

it('a rule behind one for every address is never used, and its subnet decides nothing', () => {
  const older = rules('one', '01', '{destinationSubnets: [10.0.0.0/8]}', '{port: 3306}');
  const younger = rules(
    'two',
    '02',
    '{sourceLabels: {app: x}}',
    '{destinationSubnets: [172.16.0.0/12]}',
  );
  expect(said(older, younger)).toEqual([
    'TCM1205 one: whether this rule is ever used depends on the clusterIP of db.shop.svc.cluster.local, which the files do not have: it must lie in 10.0.0.0/8, wherever the pods are',
    'TCM1201 two: no connection reaches this rule: a connection from namespace shop (app: x) to db.shop.svc.cluster.local:3306 is taken by spec.tcp[1] of VirtualService shop/one, others by spec.tcp[0] of VirtualService shop/one',
    'TCM1201 two: no connection reaches this rule: a connection from namespace shop to db.shop.svc.cluster.local:3306 is taken by spec.tcp[1] of VirtualService shop/one, others by spec.tcp[0] of VirtualService shop/one',
  ]);
});

it('a rule behind one for some addresses may be used', () => {
  const older = rules('one', '01', '{destinationSubnets: [10.0.0.0/8]}');
  const younger = rules('two', '02', '{port: 3306}');
  expect(said(older, younger).map((line) => line.slice(0, 11))).toEqual(['TCM1205 one']);
});
