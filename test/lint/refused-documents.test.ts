/** A document that Istio refuses is not part of the mesh; what only follows from its absence is not said beside its own error. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const codesWith = (destination: string): string[] =>
  findingsIn(
    'a.yaml',
    `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec:
  selector: {istio: edge}
  servers:
  - port: {number: 5434, name: p5434, protocol: TCP}
    hosts: ['*']
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: default}
spec:
  hosts: ['*']
  gateways: [edge]
  tcp:
  - match: [{port: 1234}]
    route: [{destination: {host: ${destination}}}]
`,
  ).map(({ code }) => code);

describe('a VirtualService that Istio refuses', () => {
  it('does not make its Gateway one without rules', () => {
    expect(codesWith('db_primary')).toContain('TCM0219');
    expect(codesWith('db_primary')).not.toContain('TCM1108');
    expect(codesWith('db-primary')).toContain('TCM1108');
  });
});

describe('a DestinationRule that Istio refuses', () => {
  it('is not called hidden', () => {
    const withTimeout = (timeout: string): string[] =>
      findingsIn(
        'a.yaml',
        `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  clusterIP: 10.0.0.5
  ports: [{name: tcp-db, port: 5432}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: elsewhere}
spec:
  host: db.shop.svc.cluster.local
  exportTo: [.]
  trafficPolicy: {connectionPool: {tcp: {connectTimeout: ${timeout}}}}
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db]
  tcp: [{route: [{destination: {host: db, port: {number: 5432}, subset: v1}}]}]
`,
      ).map(({ code }) => code);
    expect(withTimeout('5')).toContain('TCM0106');
    expect(withTimeout('5')).not.toContain('TCM1405');
    expect(withTimeout('5s')).toContain('TCM1405');
  });
});
