/** What files hold and the API does not serve, handed on to who reads the mesh. */
import { expect, it } from 'vitest';
import { unservedSources } from '../../src/control/unserved-documents.ts';
import { decodeSources } from '../../src/resource/index.ts';

it('is in its namespace also for who takes another for the default', () => {
  const text = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict}
spec: {mtls: {mode: STRICT}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec: {secretName: web}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: other, namespace: other}
spec: {secretName: other}
`;
  const { resources, foreign } = decodeSources([{ name: 'a.yaml', text }], {
    defaultNamespace: 'prod',
  });
  const sources = unservedSources({ admitted: resources, foreign }, 'prod');
  expect(sources.map(({ name }) => name)).toEqual([
    'peerauthentication/prod/strict',
    'certificate/prod/web',
    'certificate/other/other',
  ]);
  const read = decodeSources(sources, { defaultNamespace: 'default' });
  expect([...read.resources, ...read.foreign].map(({ namespace }) => namespace)).toEqual([
    'prod',
    'prod',
    'other',
  ]);
});
