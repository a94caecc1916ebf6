/** What `run` names as dialled by clients: the root namespace holds Istio's own services, whatever it is called. */
import { expect, it } from 'vitest';
import { connectTargets } from '../../src/control/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';

const service = (name: string, namespace: string): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {ports: [{name: tcp, port: 9000}]}
---
`;
const text = `${service('istiod', 'mesh-root')}${service('a', 'shop')}${service('b', 'istio-system')}apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: any, namespace: shop}
spec: {hosts: ["*.example.com"], ports: [{number: 443, name: tls, protocol: TLS}]}
`;

it.each([
  ['mesh-root', ['a.shop.svc.cluster.local:9000', 'b.istio-system.svc.cluster.local:9000']],
  [undefined, ['a.shop.svc.cluster.local:9000', 'istiod.mesh-root.svc.cluster.local:9000']],
])('with Istio in %s', (systemNamespace, targets) => {
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], { defaultNamespace: 'x' });
  const mesh = buildMesh(resources, { systemNamespace });
  expect(mesh.services).toHaveLength(4);
  expect([...connectTargets(mesh)].sort()).toEqual(targets);
});
