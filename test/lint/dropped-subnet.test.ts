/** A subnet that Istio drops is no condition: what is left of its match decides what is said of the rule. */
import { expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const mesh = (subnets: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ext, namespace: shop}
spec:
  hosts: [ext.corp.com]
  addresses: [10.30.0.0/16]
  ports: [{number: 9000, name: tcp, protocol: TCP}]
  resolution: NONE
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ext, namespace: shop}
spec:
  hosts: [ext.corp.com]
  tcp:
  - {match: [{destinationSubnets: [10.0.0.0/8]}], route: [{destination: {host: ext.corp.com}}]}
  - {match: [{destinationSubnets: [${subnets}]}], route: [{destination: {host: ext.corp.com}}]}
`;
const said = (subnets: string): readonly string[] =>
  findingsIn('mesh.yaml', mesh(subnets))
    .filter(({ code }) => code.startsWith('TCM12'))
    .map(({ code, severity, message }) => `${code} ${severity}: ${message}`);

it('beside another family, that alone counts, and no other rule is blamed', () => {
  expect(said('0.0.0.0/0, "::/0"')).toEqual([
    'TCM1206 warning: Istio drops 0.0.0.0/0, so this match is for addresses in ::/0 alone',
  ]);
});

it('alone, the rule takes what others leave, outside the addresses of the service too', () => {
  expect(said('0.0.0.0/0')).toEqual([
    'TCM1206 info: Istio drops 0.0.0.0/0: the rule takes every address',
  ]);
});

it('alone, it hides what follows by its place, and by no longer prefix', () => {
  const service = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.10, ports: [{name: tcp, port: 5432}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db]
  tcp:
  - {match: [{destinationSubnets: [0.0.0.0/0]}], route: [{destination: {host: db}}]}
  - {route: [{destination: {host: db}}]}
`;
  const [hidden, ...more] = findingsIn('mesh.yaml', service).filter(
    ({ code }) => code === 'TCM1201',
  );
  expect(more).toEqual([]);
  expect(hidden?.message).toMatch(/ is taken by spec\.tcp\[0\]$/);
  expect(hidden?.help).toContain('Move this rule before');
});
