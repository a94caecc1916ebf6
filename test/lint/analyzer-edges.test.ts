/** Small meshes at the edges of Istio's analyzers: which of their codes stand on which resource, as a real Istio says it. */
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/index.ts';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { admit, judge } from '../../src/validation/index.ts';

/** `IST0101 web`: code and name of the resource; codes that the case is not about are left out. */
function said(codes: readonly string[], ...objects: readonly string[]): string[] {
  const text = objects.join('\n---\n');
  const { resources } = decodeSources([{ name: 'mesh.yaml', text }], {
    defaultNamespace: 'default',
  });
  const mesh = buildMesh(admit(resources).admitted);
  const findings = [
    ...resources.flatMap((resource) => judge(resource)),
    ...lint({ resources, mesh, options: { refs: 'require' } }),
  ];
  const keys = findings.flatMap(({ istio, resource }) =>
    istio.code !== null && codes.includes(istio.code) ? [`${istio.code} ${resource?.name}`] : [],
  );
  return [...new Set(keys)].sort();
}

const istio = (kind: string, name: string, spec: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: default}\nspec: ${spec}`;
const core = (kind: string, metadata: string, spec = '{}'): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {${metadata}}\nspec: ${spec}`;

describe('Sidecars in ambient mode', () => {
  const codes = ['IST0110', 'IST0111', 'IST0167'];
  const namespace = (labels: string): string =>
    core('Namespace', `name: default, labels: {${labels}}`);
  const ambient = namespace('istio.io/dataplane-mode: ambient');
  const sidecar = (name: string, selector = ''): string =>
    istio('Sidecar', name, `{${selector}egress: [{hosts: [./*]}]}`);
  const forDb = 'workloadSelector: {labels: {app: db}}, ';
  const pod = (annotations: string): string =>
    core('Pod', `name: db-1, namespace: default, labels: {app: db}, annotations: {${annotations}}`);

  it('are not said to rival each other for the namespace', () => {
    expect(said(codes, ambient, sidecar('a'), sidecar('b'))).toEqual(['IST0167 a', 'IST0167 b']);
  });

  it.each(['istio-injection: enabled', 'istio.io/rev: stable'])('unless %s', (label) => {
    const mixed = namespace(`istio.io/dataplane-mode: ambient, ${label}`);
    expect(said(codes, mixed, sidecar('a'), sidecar('b'))).toEqual(['IST0111 a', 'IST0111 b']);
  });

  it('with a selector are told by the pod, not by the namespace', () => {
    expect(said(codes, ambient, pod(''), sidecar('a', forDb))).toEqual([]);
    const captured = pod('ambient.istio.io/redirection: enabled');
    expect(said(codes, captured, sidecar('a', forDb))).toEqual(['IST0167 a']);
    expect(said(codes, captured, sidecar('a', forDb), sidecar('b', forDb))).toEqual([
      'IST0167 a',
      'IST0167 b',
    ]);
  });
});

describe('http matches by prefix', () => {
  const codes = ['IST0131'];
  const matches = (earlier: string, later: string): string =>
    istio(
      'VirtualService',
      'web',
      `{hosts: [web.example.com], http: [{match: [{uri: {prefix: /a}${earlier}}, {uri: {prefix: /a/b}${later}}], route: [{destination: {host: web.example.com}}]}]}`,
    );

  it.each([
    ['nothing else', '', '', true],
    ['an authority of the later one only', '', ', authority: {exact: h}', false],
    ['an authority of the earlier one only', ', authority: {exact: h}', '', true],
    [
      'a longer authority of the earlier one',
      ', authority: {prefix: hh}',
      ', authority: {prefix: h}',
      true,
    ],
    [
      'a longer authority of the later one',
      ', authority: {prefix: h}',
      ', authority: {prefix: hh}',
      false,
    ],
    [
      'a method by regex, which counts as GET',
      ', method: {regex: P.*}',
      ', method: {exact: GET}',
      true,
    ],
    ['another method', '', ', method: {exact: POST}', false],
    [
      'an empty header value of the later one',
      ', headers: {x: {exact: "1"}}',
      ', headers: {x: {exact: ""}}',
      true,
    ],
  ])('and %s', (_, earlier, later, covered) => {
    expect(said(codes, matches(earlier, later))).toEqual(covered ? ['IST0131 web'] : []);
  });
});

describe('Gateways for the same host', () => {
  const gateway = (name: string, ...servers: string[]): string =>
    istio(
      'Gateway',
      name,
      `{selector: {app: gw}, servers: [${servers.map((server, i) => `{port: {number: 80, name: p${i}, protocol: TCP}, ${server}}`)}]}`,
    );
  const pod = core('Pod', 'name: gw-1, namespace: default, labels: {app: gw}');
  const conflicts = (...gateways: string[]) => said(['IST0145'], pod, ...gateways);

  it('that one server repeats are not in conflict with another Gateway', () => {
    expect(
      conflicts(gateway('a', 'hosts: [x.com, x.com]'), gateway('b', 'hosts: [y.com]')),
    ).toEqual([]);
  });

  it('that two servers of one repeat are', () => {
    const a = gateway('a', 'hosts: [x.com]', 'hosts: [x.com]');
    expect(conflicts(a, gateway('b', 'hosts: [y.com]'))).toEqual(['IST0145 a']);
  });

  it('that a server in conflict adds do not count', () => {
    const a = gateway('a', 'hosts: [y.com, z.com]', 'hosts: [z.com]');
    const b = gateway('b', 'hosts: [w.com]', 'hosts: [y.com]');
    expect(conflicts(a, b)).toEqual(['IST0145 a']);
  });
});

describe('names of Service ports', () => {
  const codes = ['IST0118', 'IST0150'];
  const service = (labels: string, spec = ''): string =>
    core(
      'Service',
      `name: db, namespace: default, labels: {${labels}}`,
      `{${spec}ports: [{name: foo, port: 5}]}`,
    );

  it.each([
    ['gateway.istio.io/managed: istio.io-gateway-controller', []],
    ['gateway.istio.io/managed: istio.io-eastwest-controller', []],
    ['gateway.istio.io/managed: somebody-else', ['IST0118 db']],
    ['release: istio', []],
  ])('of a Service with %s', (labels, expected) => {
    expect(said(codes, service(labels))).toEqual(expected);
    const external = expected.map((key) => key.replace('0118', '0150'));
    expect(said(codes, service(labels, 'type: ExternalName, externalName: x.com, '))).toEqual(
      external,
    );
  });
});

it('takes an empty exportTo annotation of a Service for none', () => {
  const service = core(
    'Service',
    'name: db, namespace: default, annotations: {networking.istio.io/exportTo: ""}',
    '{ports: [{name: tcp, port: 5}]}',
  );
  const rule = istio('DestinationRule', 'db', '{host: db}');
  expect(said(['IST0174'], service, rule)).toEqual([]);
});

it('says of an internal Gateway only that it is internal', () => {
  const name = 'gw-istio-autogenerated-k8s-gateway-tcp';
  const bound = (gateway: string): string =>
    istio(
      'VirtualService',
      'db',
      `{hosts: [db], gateways: ["${gateway}"], tcp: [{route: [{destination: {host: db}}]}]}`,
    );
  const codes = ['IST0132', 'IST0165'];
  expect(said(codes, bound('default/gw~istio-autogenerated-k8s-gateway~tcp'))).toEqual([
    'IST0165 db',
  ]);
  expect(said(codes, bound(`default/${name}`))).toEqual(['IST0132 db']);
});

it('does not take a mirror for a choice of subsets', () => {
  const gatewayBound = istio(
    'VirtualService',
    'in',
    '{hosts: [x.com], gateways: [gw], http: [{route: [{destination: {host: db}}]}]}',
  );
  const chooser = (route: string): string =>
    istio('VirtualService', 'mesh', `{hosts: [db], http: [${route}]}`);
  const codes = ['IST0140'];
  const mirrored = '{route: [{destination: {host: db}}], mirror: {host: db, subset: v1}}';
  const routed = '{route: [{destination: {host: db, subset: v1}}]}';
  expect(said(codes, gatewayBound, chooser(mirrored))).toEqual([]);
  expect(said(codes, gatewayBound, chooser(routed))).toEqual(['IST0140 in']);
});

it('hands no labels to the validation', () => {
  const entry = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: dyn, namespace: default, labels: {istio.io/use-waypoint: w}}
spec:
  hosts: ["*.example.com"]
  location: MESH_INTERNAL
  resolution: DYNAMIC_DNS
  ports: [{number: 443, name: tls, protocol: TLS}]`;
  expect(said(['IST0106'], entry)).toEqual([]);
  const { resources } = decodeSources([{ name: 'x', text: entry }], {
    defaultNamespace: 'default',
  });
  const findings = resources.flatMap((resource) => judge(resource));
  expect(findings.some((finding) => finding.istio.rejects)).toBe(true);
});

it('takes the name of its node for a label of a pod, where subsets choose', () => {
  const pod = core('Pod', 'name: db-1, namespace: default, labels: {app: db}', '{nodeName: n1}');
  const service = core(
    'Service',
    'name: db, namespace: default',
    '{ports: [{name: tcp, port: 5}]}',
  );
  const subsets = (node: string): string =>
    istio(
      'DestinationRule',
      'db',
      `{host: db, subsets: [{name: here, labels: {kubernetes.io/hostname: ${node}}}]}`,
    );
  expect(said(['IST0173'], pod, service, subsets('n1'))).toEqual([]);
  expect(said(['IST0173'], pod, service, subsets('n2'))).toEqual(['IST0173 db']);
});

describe('a label by which a ServiceEntry gets no address of its own', () => {
  const codes = ['IST0133'];
  const entry = (label: string, spec: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: ext, namespace: default, labels: {${label}}}\nspec: {hosts: ['*.example.com'], ports: [{number: 80, name: web${spec}`;
  const own = 'networking.istio.io/enable-autoallocate-ip: "false"';

  it('counts for validate alone', () => {
    const tcp = entry(own, '}], resolution: STATIC}');
    expect(said(codes, tcp)).toEqual([]);
    expect(said(codes, tcp.replace('STATIC', 'NONE'))).toEqual(['IST0133 ext']);
    const [resource] = decodeSources([{ name: 'a.yaml', text: tcp }], {
      defaultNamespace: '',
    }).resources;
    expect(resource && judge(resource).map(({ rule }) => rule)).toEqual(['tcp-without-address']);
  });
});

describe('a port of a Gateway on a Service', () => {
  const gateway = istio(
    'Gateway',
    'edge',
    "{selector: {istio: edge}, servers: [{port: {number: 7000, name: tcp, protocol: TCP}, hosts: ['*']}]}",
  );
  const pod = core('Pod', 'name: edge-a, namespace: default, labels: {istio: edge, on: a}');
  const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge-b, namespace: default}\nspec: {selector: {matchLabels: {on: b}}, template: {metadata: {labels: {istio: edge, on: b}}}}`;
  const service = (on: string): string =>
    core(
      'Service',
      `name: edge-${on}, namespace: default`,
      `{selector: {on: ${on}}, ports: [{name: tcp, port: 7000, protocol: TCP}]}`,
    );

  it('of Pods alone: what a Deployment makes later does not count', () => {
    const codes = ['IST0162', 'IST0101'];
    expect(said(codes, gateway, pod, deployment, service('a'))).toEqual([]);
    expect(said(codes, gateway, pod, deployment, service('b'))).toEqual(['IST0162 edge']);
    expect(said(codes, gateway, deployment, service('b'))).toEqual([]);
  });
});
