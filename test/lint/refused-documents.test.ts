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
