/** Candidates for a rule come only by the ways that its match is for. */
import { describe, expect, it } from 'vitest';
import { candidateCalls, rulesOf } from '../../src/expectation/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const text = `apiVersion: v1
kind: Service
metadata: { name: db, namespace: default }
spec:
  clusterIP: 10.96.0.7
  ports: [{ name: tcp, port: 5432 }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: way, namespace: default }
spec:
  selector: { istio: gateway }
  servers: [{ port: { number: 5432, name: tcp, protocol: TCP }, hosts: ['*'] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: db, namespace: default }
spec:
  hosts: [db]
  gateways: [mesh, way]
  tcp:
  - match: [{ gateways: [way] }]
    route: [{ destination: { host: db } }]
  - match: [{ gateways: [mesh] }]
    route: [{ destination: { host: db } }]
  - match: [{ port: 5432 }]
    route: [{ destination: { host: db } }]
  - match: [{ gateways: [other] }]
    route: [{ destination: { host: db } }]
`;

describe('candidate calls', () => {
  it('come from the gateways that a match names, and from the mesh only where it is one of them', () => {
    const { resources } = decodeSources([{ name: 'm.yaml', text }], {
      defaultNamespace: 'default',
    });
    const mesh = buildMesh(resources, {});
    const ways = mesh.virtualServices.all
      .flatMap(({ resource }) => rulesOf(resource))
      .map((rule) => [...new Set([...candidateCalls(rule, mesh)].map(({ from }) => from.kind))]);
    expect(ways).toEqual([['gateway'], ['sidecar'], ['sidecar', 'gateway'], []]);
  });
});
