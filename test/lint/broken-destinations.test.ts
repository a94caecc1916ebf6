/** From where a destination is broken, in words that are true of everybody they name. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const mesh = (more: string) => `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{name: tcp, port: 5432}], selector: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec: {host: db.data.svc.cluster.local, subsets: [{name: v1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.data.svc.cluster.local]
  tcp: [{route: [{destination: {host: db.data.svc.cluster.local, subset: v1}}]}]
${more}`;

const pod = (namespace: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: ${namespace}, labels: {app: db, version: v1}}
spec: {containers: [{name: a, image: a}]}
`;

function hidden(text: string) {
  return findingsIn('a.yaml', text)
    .filter(({ code }) => code === 'TCM1405')
    .map(({ severity, message }) => `${severity}: ${message}`);
}

describe('a subset that only one namespace gets', () => {
  it('is a warning where the files have nobody elsewhere', () => {
    expect(hidden(mesh(''))).toEqual([
      'warning: a connection from a namespace other than shop to db.data.svc.cluster.local:5432 is closed at once: it gets no DestinationRule, so the subset v1 does not exist for it',
    ]);
  });
  it('is an error where they have, and without the labels of a pod that works', () => {
    const sidecar = `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ["*/*"]}]}
`;
    expect(hidden(mesh(pod('shop') + pod('data') + sidecar))).toEqual([
      'error: a connection from a namespace other than shop to db.data.svc.cluster.local:5432 is closed at once: it gets no DestinationRule, so the subset v1 does not exist for it',
    ]);
  });
});

describe('a service that not every client sees', () => {
  const text = (exportTo: string, virtualService: string) => `
apiVersion: v1
kind: Service
metadata: {name: api, namespace: data}
spec: {ports: [{name: tcp, port: 6379}], selector: {app: api}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: web, annotations: {networking.istio.io/exportTo: "${exportTo}"}}
spec: {ports: [{name: tcp, port: 5432}], selector: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: ${virtualService}
  tcp: [{match: [{sourceNamespace: MATCH}], route: [{destination: {host: db.web.svc.cluster.local}}]}]}
${pod('data')}${pod('web')}`;
  const found = (exportTo: string, virtualService: string, namespace: string | null) => {
    const match = namespace === null ? '{port: 6379}' : `{sourceNamespace: ${namespace}}`;
    return findingsIn(
      'a.yaml',
      text(exportTo, virtualService).replace('{sourceNamespace: MATCH}', match),
    )
      .filter(({ code }) => code === 'TCM1412' || code === 'IST0101')
      .map(({ code, severity, message }) => `${code} ${severity}: ${message}`);
  };
  const inWeb = 'web}\nspec: {hosts: [api.data.svc.cluster.local],';

  it('closes the connections of the others', () => {
    expect(found('.', inWeb, null)).toEqual([
      'TCM1412 error: a connection from a namespace other than web to api.data.svc.cluster.local:6379 is closed at once: Service web/db is not exported to it',
    ]);
    expect(found('data,web', inWeb, null)).toEqual([
      'TCM1412 warning: a connection from a namespace other than web and data to api.data.svc.cluster.local:6379 is closed at once: Service web/db is not exported to it',
    ]);
  });
  it('says so too where the analyzer calls it unknown', () => {
    expect(found('.', `${inWeb} exportTo: ["*"],`, null)).toEqual([
      'IST0101 error: the host db.web.svc.cluster.local exists, but Service web/db is not exported to everybody: a connection from a namespace other than web to api.data.svc.cluster.local:6379 is closed at once',
    ]);
  });
  it('is none where those that the rule is for see it', () => {
    expect(found('.', inWeb, 'web')).toEqual([]);
    const inConf = inWeb.replace('web}', 'conf}');
    expect(found('data,web', inConf, 'data')).toEqual([
      "IST0101 info: Istio's analyzer calls the host db.web.svc.cluster.local unknown, for Service web/db is not exported to conf; the clients that this rule is for see it",
    ]);
  });
});

describe('a ServiceEntry that says nothing of where it is', () => {
  const entry = (resolution: string) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.example.com]
  addresses: [203.0.113.10]
  ports: [{number: 3306, name: tcp, protocol: TCP}]
  ${resolution}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: shop}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 3306, name: tcp, protocol: TCP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.example.com]
  gateways: [mesh, egress]
  tcp:
  - match: [{gateways: [egress], port: 3306}]
    route: [{destination: {host: db.example.com, port: {number: 3306}}}]
  - match: [{gateways: [mesh], port: 3306, sourceNamespace: shop}]
    route: [{destination: {host: db.example.com, port: {number: 3306}}}]
`;
  const found = (resolution: string) =>
    findingsIn('a.yaml', entry(resolution))
      .filter(({ code }) => code === 'TCM1403')
      .map(({ path, message }) => `${path}: ${message}`);

  it('has nobody to whom a gateway could send, though sidecars go where the client dialled', () => {
    expect(found('resolution: NONE')).toEqual([
      'spec.tcp[0].route[0].destination.host: db.example.com has no endpoints: a connection through the gateway (istio: egressgateway) to port 3306 is closed at once',
    ]);
    expect(found('location: MESH_EXTERNAL')).toHaveLength(1);
  });
  it('is found by its name, or by its endpoints', () => {
    expect(found('resolution: DNS')).toEqual([]);
    expect(found('resolution: STATIC\n  endpoints: [{address: 203.0.113.10}]')).toEqual([]);
  });
});

it('a subset has no cluster on a port that counts as UDP', () => {
  const text = mesh(pod('data')).replaceAll('namespace: shop', 'namespace: data');
  const udp = `---
apiVersion: v1
kind: Service
metadata: {name: stats, namespace: data}
spec: {ports: [{name: udp-stats, port: 8125}], selector: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stats, namespace: data}
spec: {host: stats, subsets: [{name: v1, labels: {version: v1}}]}
`;
  const route = 'destination: {host: stats.data.svc.cluster.local, subset: v1}';
  const sent = text.replace(/destination: \{[^}]*\}/, route) + udp;
  const found = findingsIn('a.yaml', sent).filter(({ severity }) => severity === 'error');
  expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'TCM1412 port 8125 of stats.data.svc.cluster.local counts as UDP, and Istio makes no cluster for it: a connection from namespace data to db.data.svc.cluster.local:5432 is closed at once',
  ]);
});

describe('what is in a namespace that discoverySelectors leave out', () => {
  const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: 'discoverySelectors: [{matchLabels: {mesh: in}}]'}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {mesh: in}}
---
apiVersion: v1
kind: Namespace
metadata: {name: data}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: tcp, port: 80}], selector: {app: web}}
---
`;
  const service = `apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {ports: [{name: tcp, port: 80}], selector: {app: db}}
---
`;
  const entry = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: data}
spec: {hosts: [db.data.svc.cluster.local], ports: [{name: tcp, number: 80, protocol: TCP}], resolution: DNS}
---
`;
  const routed = (host: string, to: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec: {hosts: [${host}], tcp: [{route: [{destination: {host: ${to}}}]}]}
`;
  const found = (text: string) =>
    findingsIn('a.yaml', settings + text).flatMap(({ code, message, help }) =>
      code.startsWith('TCM1412') || code === 'TCM1211' ? `${message}. ${help}` : [],
    );

  it.each([
    ['a Service', service, 'Service'],
    ['a ServiceEntry', entry, 'ServiceEntry'],
  ])('is no destination, whatever %s exports', (_, text, kind) => {
    expect(found(text + routed('web', 'db.data.svc.cluster.local'))).toEqual([
      `a connection from namespace shop to web.shop.svc.cluster.local:80 is closed at once: Istio passes over namespace data, where ${kind} data/db is. Let discoverySelectors name data, or send elsewhere.`,
    ]);
  });

  it('has no rules for its host', () => {
    expect(found(service + routed('db.data.svc.cluster.local', 'web'))).toEqual([
      "no client that these rules are for sees db.data.svc.cluster.local: Istio passes over namespace data, where Service data/db is. Let the mesh's discoverySelectors name data.",
    ]);
  });
});
