/** Which subset a client gets is the DestinationRule's that fits best, and a selector's workloads': what is said of both. */
import { expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const service = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: 10.20.0.5, selector: {app: db}, ports: [{name: tcp-db, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: data, labels: {app: db, version: v1}}
spec: {containers: [{name: c, image: i}]}
`;
const virtualService = (exportTo: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: data}
spec:
  hosts: [db]
  exportTo: [${exportTo}]
  tcp: [{route: [{destination: {host: db, subset: v1, port: {number: 5432}}}]}]
`;
const destinationRule = (name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: data}
spec: {${spec}}
`;
const wide = destinationRule(
  'wide',
  'host: "*.data.svc.cluster.local", subsets: [{name: v1, labels: {version: v1}}]',
);
const forShop = destinationRule('for-shop', 'host: db, exportTo: [shop]');
const said = (...documents: readonly string[]): readonly string[] =>
  findingsIn('mesh.yaml', [service, ...documents].join('---'))
    .filter(({ code }) => code === 'IST0101' || code === 'TCM1405')
    .map(({ code, severity, message }) => `${code} ${severity}: ${message}`);

it('one of a wildcard, where a more exact rule is for others', () => {
  expect(said(virtualService('"."'), wide, forShop)).toEqual([
    "IST0101 info: Istio's analyzer does not find the subset v1 of db.data.svc.cluster.local; clients get DestinationRule data/wide, which defines it",
  ]);
});

it('one of a wildcard, where a more exact rule is for some of the clients', () => {
  expect(said(virtualService('".", shop'), wide, forShop)).toEqual([
    "IST0101 warning: Istio's analyzer does not find the subset v1 of db.data.svc.cluster.local; clients in data get DestinationRule data/wide, which defines it, those in shop do not",
  ]);
});

it('one of a rule for selected workloads, of which the client is none', () => {
  const selecting = destinationRule(
    'db',
    'host: db, workloadSelector: {matchLabels: {app: web}}, subsets: [{name: v1, labels: {version: v1}}]',
  );
  expect(said(virtualService('"."'), selecting)).toEqual([
    'TCM1405 error: a connection from namespace data to db.data.svc.cluster.local:5432 is closed at once: it gets no DestinationRule, as DestinationRule data/db is for workloads with app=web in namespace data alone, so the subset v1 does not exist for it',
  ]);
});
