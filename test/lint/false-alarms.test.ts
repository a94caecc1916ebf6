/** Where routing proves Istio's message wrong, ours is an info that keeps Istio's code; where it is too mild, ours is an error. */
import { expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const service = (name: string, ports: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default${more}}
spec:
  selector: {app: ${name}}
  clusterIP: 10.96.20.${name.length}
  ports: [${ports}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: default}
spec:
  selector: {matchLabels: {app: ${name}, version: v1}}
  template:
    metadata: {labels: {app: ${name}, version: v1}}
`;
const tcp = '{name: tcp, port: 5432}';
const istio = (kind: string, name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: default}
spec: ${spec}
`;
const route = (host: string, more = ''): string =>
  `[{route: [{destination: {host: ${host}${more}}}]}]`;

/** Findings with a code of Istio's: `IST0101 info`. */
function said(...documents: readonly string[]): string[] {
  const found = findingsIn('mesh.yaml', documents.join('---'));
  const codes = found.flatMap(({ istio: { code }, severity }) =>
    code === null ? [] : [`${code} ${severity}`],
  );
  return [...new Set(codes)].sort();
}

it('knows a subset that a wildcard DestinationRule defines for the client', () => {
  const wildcard = "{host: '*.local', subsets: [{name: v1, labels: {version: v1}}]}";
  expect(
    said(
      service('db', tcp),
      istio('DestinationRule', 'all', wildcard),
      istio('VirtualService', 'db', `{hosts: [db], tcp: ${route('db', ', subset: v1')}}`),
    ),
  ).toEqual(['IST0101 info', 'IST0174 info']);
});

it('needs no port where the destination has every port that is dialled', () => {
  const two = '{name: tcp, port: 5432}, {name: tcp-b, port: 5433}';
  expect(
    said(
      service('db', tcp),
      service('copy', two),
      istio('VirtualService', 'db', `{hosts: [db], tcp: ${route('copy')}}`),
    ),
  ).toEqual(['IST0112 info']);
});

it('knows a private Service beside the VirtualService', () => {
  const hidden = ", annotations: {networking.istio.io/exportTo: '.'}";
  expect(
    said(
      service('db', tcp),
      service('copy', tcp, hidden),
      istio('VirtualService', 'db', `{hosts: [db], exportTo: ['*'], tcp: ${route('copy')}}`),
    ),
  ).toEqual(['IST0101 info']);
});

it('lets TCP rules of several VirtualServices be joined', () => {
  const only = (namespace: string): string =>
    `{hosts: [db], tcp: [{match: [{sourceNamespace: ${namespace}}], route: [{destination: {host: db}}]}]}`;
  const both = [
    istio('VirtualService', 'a', only('shop')),
    istio('VirtualService', 'b', only('office')),
  ];
  expect(said(service('db', tcp), ...both)).toEqual(['IST0109 info']);
  const all = istio('VirtualService', 'c', `{hosts: [db], tcp: ${route('db')}}`);
  expect(said(service('db', tcp), ...both, all)).toEqual(['IST0109 error']);
});

it.each([
  [
    'both of a namespace and of labels',
    '{sourceNamespace: shop}',
    '{sourceLabels: {app: web}}',
    '',
  ],
  ['of one port and of labels', '{port: 5432}', '{sourceLabels: {app: web}}', ''],
  ['of one of several ports and of labels', '{sourceLabels: {app: web}}', '{port: 5432}', ''],
  ['that one VirtualService is private for', '{sourceNamespace: default}', '{port: 5432}', '"."'],
])('leaves a conflict where a connection meets rules %s', (_, one, other, exportTo) => {
  const matching = (match: string): string =>
    `tcp: [{match: [${match}], route: [{destination: {host: db}}]}]`;
  const both = [
    istio('VirtualService', 'a', `{hosts: [db], ${matching(one)}}`),
    istio('VirtualService', 'b', `{hosts: [db], exportTo: [${exportTo}], ${matching(other)}}`),
  ];
  expect(said(service('db', tcp), ...both)).toContain('IST0109 error');
});

it('knows by what many rules differ', () => {
  const rules = (namespaces: string): string =>
    Array.from(
      { length: 30 },
      (_, i) =>
        `{match: [{sourceNamespace: ${namespaces}${i}}], route: [{destination: {host: db}}]}`,
    ).join();
  const both = ['a', 'b'].map((name) =>
    istio('VirtualService', name, `{hosts: [db], tcp: [${rules(name)}]}`),
  );
  expect(said(service('db', tcp), ...both)).toEqual(['IST0109 info']);
});

it('goes by the namespaces that a VirtualService is exported to', () => {
  const exported = (name: string, to: string, match: string): string =>
    istio(
      'VirtualService',
      name,
      `{hosts: [db], exportTo: [${to}], tcp: [{match: [${match}], route: [{destination: {host: db}}]}]}`,
    );
  const one = exported('a', 'one, two', '{sourceLabels: {p: q}}');
  const elsewhere = '{sourceLabels: {w: z}, sourceNamespace: three}';
  expect(said(service('db', tcp), one, exported('b', 'two, three', elsewhere))).toEqual([
    'IST0109 info',
  ]);
  expect(
    said(service('db', tcp), one, exported('b', 'two, three', '{sourceLabels: {w: z}}')),
  ).toContain('IST0109 error');
});

it('turns ages round by the first document of an object that is described anew', () => {
  const narrow = '[{match: [{sourceNamespace: shop}], route: [{destination: {host: db}}]}]';
  const first = istio('VirtualService', 'a', `{hosts: [db], tcp: ${route('db')}}`);
  const wide = istio('VirtualService', 'b', `{hosts: [db], tcp: ${route('db')}}`);
  const again = istio('VirtualService', 'a', `{hosts: [db], tcp: ${narrow}}`);
  expect(said(service('db', tcp), first, wide, again)).toEqual(['IST0109 error']);
});

it('counts a host that one VirtualService lists twice as no conflict', () => {
  const twice = `{hosts: [db, db.default.svc.cluster.local], tcp: ${route('db')}}`;
  expect(said(service('db', tcp), istio('VirtualService', 'db', twice))).toEqual(['IST0109 info']);
});

it('takes what carries the labels of a subset although it is no Pod', () => {
  const entry = `{hosts: [db.example.com], addresses: [192.0.2.1], resolution: STATIC, location: MESH_EXTERNAL,
    ports: [{number: 5432, name: tcp, protocol: TCP}], endpoints: [{address: 192.0.2.1, labels: {version: v7}}]}`;
  const subset = '{host: db.example.com, subsets: [{name: v7, labels: {version: v7}}]}';
  expect(
    said(
      service('web', tcp),
      istio('ServiceEntry', 'ext', entry),
      istio('DestinationRule', 'ext', subset),
    ),
  ).toEqual(['IST0173 info']);
});

it('makes equal subnets the error that they are', () => {
  const rule =
    '{match: [{destinationSubnets: [10.96.0.0/16]}], route: [{destination: {host: db}}]}';
  const found = findingsIn(
    'mesh.yaml',
    [
      service('db', tcp),
      istio('VirtualService', 'db', `{hosts: [db], tcp: [${rule}, ${rule}]}`),
    ].join('---'),
  );
  expect(
    found.filter(({ severity }) => severity === 'error').map(({ rule: name }) => name),
  ).toEqual(['same-subnet-twice']);
});

const record = (name: string, namespace: string, port: number): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  hosts: [b.corp]
  addresses: [10.9.9.${name.length}]
  ports: [{number: ${port}, name: tcp, protocol: TCP}]
  resolution: STATIC
  endpoints: [{address: 10.1.1.${name.length}}]
`;

it.each([
  ['of one namespace', 'default'],
  ['of another', 'zoo'],
])('finds a port in any record of a host that clients have, beside one %s', (_, namespace) => {
  const rule = istio(
    'VirtualService',
    'b',
    '{hosts: [b.corp], tcp: [{match: [{port: 3306}], route: [{destination: {host: b.corp, port: {number: 3306}}}]}]}',
  );
  expect(said(record('b', 'default', 3306), record('cc', namespace, 80), rule)).toContain(
    'IST0101 info',
  );
  const nowhere = said(record('b', 'default', 3307), record('cc', namespace, 80), rule);
  expect(nowhere).toContain('IST0101 error');
});

it('takes a Service of whose Pods nothing is here for one of an operator', () => {
  const operated = `
apiVersion: v1
kind: Service
metadata: {name: pg, namespace: data}
spec: {selector: {cluster: pg}, ports: [{name: tcp, port: 5432}]}
`;
  const subsets = istio(
    'DestinationRule',
    'pg',
    '{host: pg.data.svc.cluster.local, subsets: [{name: primary, labels: {role: primary}}]}',
  );
  expect(said(service('db', tcp), operated, subsets)).toEqual(['IST0173 info']);
  const cluster =
    'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg, namespace: data}\nspec: {instances: 3}\n';
  expect(said(service('db', tcp), operated, subsets, cluster)).toEqual([]);
  const own = service('pg', tcp).replaceAll('namespace: default', 'namespace: data');
  expect(said(own, subsets)).toEqual(['IST0173 error']);
});

it('holds the subsets of a ServiceEntry against the endpoints that it writes out, with no Pod here', () => {
  const written = (labels: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: r, namespace: default}
spec:
  hosts: [r.corp]
  addresses: [10.9.9.1]
  ports: [{number: 6379, name: tcp, protocol: TCP}]
  resolution: STATIC
  endpoints: [{address: 10.1.1.1, labels: {${labels}}}]
`;
  const subsets = istio(
    'DestinationRule',
    'r',
    '{host: r.corp, subsets: [{name: m, labels: {role: master}}]}',
  );
  expect(said(written('role: primary'), subsets)).toEqual(['IST0173 error']);
  expect(said(written('role: master'), subsets)).toEqual([]);
});
