/** What a client of the API is told beside its answer is what `validate` says of the same objects. */
import { expect, it } from 'vitest';
import { lintObject } from '../../src/control/lint-object.ts';
import { takeSnapshot } from '../../src/control/mesh-snapshot.ts';
import type { StoredObject } from '../../src/control/stored-object.ts';

const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: shop}
spec:
  selector: {app: gw}
  servers:
  - {port: {number: 443, name: tls, protocol: TLS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: tls}}
`;
const rule = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec: {hosts: [db.shop.svc.example.test], tcp: [{route: [{destination: {host: db.shop.svc.example.test}}]}]}
`;

function told(kind: string, name: string, documents: readonly string[]): readonly string[] {
  const sources = documents.map((text, i) => ({ name: `${i}`, text }));
  const options = { defaultNamespace: 'shop', standIns: false, clusterDomain: 'example.test' };
  const object: StoredObject = {
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: '1',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
  };
  return lintObject(object, {
    sources,
    running: takeSnapshot(sources, options),
    defaultNamespace: 'shop',
    now: 0,
  });
}

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: shop}\n';
const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: gw, namespace: shop, labels: {app: gw}}\nspec: {containers: [{name: c, image: x}]}\n';

it('a Secret that a Certificate of the files makes is not missing', () => {
  const certificate =
    'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\nspec: {secretName: tls}\n';
  const without = told('Gateway', 'gw', [gateway, secret, pod]);
  expect(without.join('\n')).toContain('[IST0101]');
  const found = told('Gateway', 'gw', [gateway, secret, pod, certificate]);
  expect(found.join('\n')).not.toContain('[IST0101]');
});

it('hosts are those of the domain that the mesh runs with', () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {ports: [{name: tcp, port: 5432}]}\n';
  expect(told('VirtualService', 'db', [rule, service])).toEqual([]);
});
