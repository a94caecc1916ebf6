/** ServiceEntries for many names: a VirtualService for one of them, or for all, is for the entry. */
import { expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const entry = (port: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: many, namespace: shop}
spec:
  hosts: ["*.db.example.com"]
  addresses: [10.50.0.0/16]
  ports: [${port}]
  resolution: NONE
`;
const rules = (host: string, list: string, match: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${host.replace(/\W/g, '')}, namespace: shop}
spec:
  hosts: ["${host}"]
  ${list}:
  - match: [{${match}}]
    route: [{destination: {host: "*.db.example.com", port: {number: 5432}}}]
`;
const said = (...documents: readonly string[]): readonly string[] =>
  findingsIn('mesh.yaml', documents.join('---')).map(({ code, severity }) => `${code} ${severity}`);

const tcp = '{number: 5432, name: tcp, protocol: TCP}';
const tls = '{number: 5432, name: tls, protocol: TLS}';
const http = '{number: 5432, name: http, protocol: HTTP}';

it.each(['*.db.example.com', 'orders.db.example.com'])(
  'a rule for %s in the wrong list does nothing, and one for a port that is not there',
  (host) => {
    expect(said(entry(tls), rules(host, 'tcp', 'port: 5432'))).toContain('TCM1302 error');
    expect(said(entry(http), rules(host, 'tcp', 'port: 5432'))).toContain('TCM1301 error');
    const sni = 'port: 5432, sniHosts: ["orders.db.example.com"]';
    expect(said(entry(tcp), rules(host, 'tls', sni))).toContain('TCM1304 error');
    expect(said(entry(tcp), rules(host, 'tcp', 'port: 5439'))).toContain('TCM1305 warning');
  },
);

it('two for different names take from each other what carries no name', () => {
  const found = said(
    entry(tcp),
    rules('orders.db.example.com', 'tcp', 'port: 5432'),
    rules('users.db.example.com', 'tcp', 'port: 5432'),
  );
  expect(found).toEqual(
    expect.arrayContaining(['TCM1210 warning', 'TCM1203 warning', 'TCM1203 warning']),
  );
  expect(
    said(
      entry(tls),
      rules('orders.db.example.com', 'tls', 'sniHosts: [orders.db.example.com]'),
      rules('users.db.example.com', 'tls', 'sniHosts: [users.db.example.com]'),
    ),
  ).toEqual([]);
});
