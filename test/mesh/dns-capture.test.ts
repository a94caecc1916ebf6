/** With DNS capture a ServiceEntry without addresses has one for each host, which Istiod gives: its listeners are its own. */
import { expect, it } from 'vitest';
import { explainer } from '../../src/expectation/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { findingsIn } from '../lint/fixture.ts';

const mesh = (metadata: string, more = 'resolution: DNS', labels = '{}'): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: 'defaultConfig: {proxyMetadata: {${metadata}}}'}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: shop, labels: ${labels}}
spec: {hosts: [a.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}], ${more}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: b, namespace: shop, labels: ${labels}}
spec: {hosts: [b.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}], ${more}}
`;
const capture = 'ISTIO_META_DNS_CAPTURE: "true"';

function cluster(text: string, host: string): string | undefined {
  const { resources } = decodeSources([{ name: 'a.yaml', text }], { defaultNamespace: 'default' });
  const { explain } = explainer({
    admitted: resources,
    written: resources,
    options: {},
    standIns: [],
  });
  const from = { kind: 'sidecar', namespace: 'shop', labels: {} } as const;
  const found = explain({ from, to: { host, port: 5432 }, protocol: 'tcp' }, [], false);
  if ('message' in found) throw new Error(found.message);
  return found[0]?.verdict.destinations[0]?.host;
}
const said = (text: string): readonly string[] =>
  findingsIn('a.yaml', text).flatMap(({ code, severity }) => (code === 'IST0134' ? severity : []));

it('each host is told from the others, and the analyzer is wrong', () => {
  const text = mesh(capture);
  expect(cluster(text, 'a.example.com')).toBe('a.example.com');
  expect(cluster(text, 'b.example.com')).toBe('b.example.com');
  expect(said(text)).toEqual(['info', 'info']);
  expect(said(mesh(`${capture}, ISTIO_META_DNS_AUTO_ALLOCATE: "true"`))).toEqual([]);
});

it.each([
  ['no capture', mesh('OTHER: "true"')],
  ['no resolution', mesh(capture, 'resolution: NONE')],
  [
    'the label that says no',
    mesh(capture, 'resolution: DNS', '{networking.istio.io/enable-autoallocate-ip: "false"}'),
  ],
])('with %s the older has the port for itself', (_, text) => {
  expect(cluster(text, 'b.example.com')).toBe('a.example.com');
  expect(said(text)).toEqual(['warning', 'warning']);
});
