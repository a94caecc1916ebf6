/** Where the connection of a client in ambient mode goes: by the ztunnel that knows services alone, or by the waypoint before one. */
import { describe, expect, it } from 'vitest';
import { buildMesh } from '../../src/mesh/index.ts';
import { decodeSources, foreignSettingsOf } from '../../src/resource/index.ts';
import { type Call, compile, type Protocol, route, type Verdict } from '../../src/routing/index.ts';

const istio = (kind: string, metadata: string, spec: string) =>
  `---\napiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {${metadata}}\nspec: ${spec}\n`;
const service = (name: string, metadata: string, spec: string) =>
  `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}, ${metadata}}\nspec: {selector: {app: ${name}}, ${spec}}\n`;
const pod = (name: string, labels: string, ip: string, ready = 'True') =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {${labels}}}\nstatus: {phase: Running, podIP: ${ip}, conditions: [{type: Ready, status: "${ready}"}]}\n`;
const namespace = (name: string, labels = '') =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`;
const gateway = (name: string, home: string, labels = '', allowed = '') =>
  `---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: ${home}, labels: {${labels}}}\nspec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE${allowed}}]}\n`;

const ports =
  'ports: [{name: tcp, port: 5432}, {name: tls, port: 5433}, {name: http, port: 80}, {name: any, port: 7000}, {name: dns, port: 53, protocol: UDP}]';
const base = (labels = 'labels: {istio.io/use-waypoint: way}') =>
  service('db', `namespace: shop, ${labels}`, `clusterIP: 10.96.1.5, ${ports}`) +
  service('other', 'namespace: shop', 'clusterIP: 10.96.1.6, ports: [{name: tcp, port: 5432}]') +
  pod('db-1', 'app: db, version: v1', '10.244.0.1') +
  pod('db-2', 'app: db, version: v2', '10.244.0.2') +
  pod('other-1', 'app: other', '10.244.0.3') +
  istio(
    'DestinationRule',
    'name: db, namespace: shop',
    '{host: db, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}',
  );
const virtualService = (rules: string, metadata = 'name: db, namespace: shop', hosts = 'db') =>
  istio('VirtualService', metadata, `{hosts: ["${hosts}"], ${rules}}`);

type Asked = {
  readonly ip?: string;
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: Protocol;
  readonly sni?: string;
};

function ask(text: string, { ip, host, port = 5432, protocol = 'tcp', sni }: Asked = {}): Verdict {
  const source = { name: 'mesh.yaml', text };
  const { resources, foreign } = decodeSources([source], { defaultNamespace: 'default' });
  const settings = foreignSettingsOf(foreign, 'default');
  const mesh = buildMesh(resources, { foreign: settings });
  const from = { kind: 'ambient', namespace: 'web', labels: { app: 'web' } } as const;
  const to = ip === undefined ? { host: host ?? 'db.shop', port } : { ip, port };
  const call: Call = { from, to, protocol, sni };
  return route(compile(mesh, from), call);
}

const clusters = ({ destinations }: Verdict) =>
  destinations.map(({ cluster, weight, problem }) => [cluster, weight, problem]);
const full = (name: string) => `${name}.shop.svc.cluster.local`;
const toV1 = 'route: [{destination: {host: db, subset: v1}}]';

describe('without a waypoint', () => {
  const text = base('labels: {}') + virtualService(`tcp: [{${toV1}}]`);

  it('no rule counts: the connection goes to the endpoints of the service', () => {
    const verdict = ask(text);
    expect(verdict.outcome).toBe('routed');
    expect(verdict.rule).toBeNull();
    expect(clusters(verdict)).toEqual([[`shop/${full('db')}:5432`, undefined, null]]);
    expect(verdict.destinations[0]?.endpoints.map(({ address }) => address)).toEqual([
      '10.244.0.1:5432',
      '10.244.0.2:5432',
    ]);
    expect(verdict.steps.map(({ reason }) => reason)).toContain('no-waypoint');
  });

  it('a port that is there for UDP too is that of TCP', () => {
    const both =
      service(
        'ns',
        'namespace: shop',
        'clusterIP: 10.96.1.8, ports: [{name: dns, port: 53, targetPort: 5353, protocol: UDP}, {name: dns-tcp, port: 53, targetPort: 8053}]',
      ) + pod('ns-1', 'app: ns', '10.244.0.8');
    const { destinations } = ask(both, { host: 'ns.shop', port: 53 });
    expect(destinations[0]?.endpoints.map(({ address }) => address)).toEqual(['10.244.0.8:8053']);
  });

  it('only ready pods are taken, HTTP is bytes, and another port is closed', () => {
    const unready = text.replaceAll(/status: "True"/g, 'status: "False"');
    const none = ask(unready);
    expect(none.destinations[0]?.problem).toBe('no-endpoints');
    expect(none.steps.find(({ stage }) => stage === 'endpoints')?.message).toContain('not ready');
    const published = unready.replace('clusterIP: 10.96.1.5', 'publishNotReadyAddresses: true, $&');
    expect(ask(published).destinations[0]?.problem).toBeNull();
    expect(ask(text, { port: 80, protocol: 'http' }).outcome).toBe('routed');
    expect(ask(text, { port: 81 }).outcome).toBe('no-filter-chain');
    expect(ask(text, { port: 53 }).outcome).toBe('no-filter-chain');
  });

  it('what no service has the address of goes there as it is, REGISTRY_ONLY or not', () => {
    const closed = `${text}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"}\n`;
    for (const ip of ['203.0.113.1', '10.244.0.1'])
      expect(ask(closed, { ip }).outcome).toBe('passthrough');
  });
});

describe('which waypoint', () => {
  const rule = virtualService(`tcp: [{${toV1}}]`);
  const takes = (text: string) => ask(text + rule).rule !== null;

  it.each([
    ['the label of the Service', base(), true],
    [
      'that of its namespace',
      base('labels: {}') + namespace('shop', 'istio.io/use-waypoint: way'),
      true,
    ],
    [
      'none before that of the namespace',
      base('labels: {istio.io/use-waypoint: none}') +
        namespace('shop', 'istio.io/use-waypoint: way'),
      false,
    ],
    [
      'an empty name before that of the namespace',
      base('labels: {istio.io/use-waypoint: ""}') + namespace('shop', 'istio.io/use-waypoint: way'),
      false,
    ],
    ['a Gateway for services', base() + gateway('way', 'shop'), true],
    [
      'a Gateway for all traffic',
      base() + gateway('way', 'shop', 'istio.io/waypoint-for: all'),
      true,
    ],
    [
      'a Gateway for workloads alone',
      base() + gateway('way', 'shop', 'istio.io/waypoint-for: workload'),
      false,
    ],
    [
      'the Service of a waypoint',
      base(
        'labels: {istio.io/use-waypoint: way, gateway.istio.io/managed: istio.io-mesh-controller}',
      ),
      false,
    ],
  ])('%s', (_what, text, taken) => {
    expect(takes(text)).toBe(taken);
  });

  it.each([
    ['nothing', '', false],
    ['All', ', allowedRoutes: {namespaces: {from: All}}', true],
    [
      'a selector that fits',
      ', allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}',
      true,
    ],
    [
      'a selector that does not',
      ', allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: b}}}}',
      false,
    ],
  ])('of another namespace whose Gateway allows %s', (_what, allowed, taken) => {
    const labels = 'labels: {istio.io/use-waypoint: way, istio.io/use-waypoint-namespace: infra}';
    const home = namespace('shop', 'team: a');
    expect(takes(base(labels) + home + gateway('way', 'infra', '', allowed))).toBe(taken);
  });

  it('is supposed to run where no Gateway is among the files, and this is said', () => {
    expect(ask(base()).assumptions).toEqual([
      `no Gateway of the Gateway API is called shop/way: a waypoint of that name is taken to run and to be for ${full('db')}`,
    ]);
    expect(ask(base() + gateway('way', 'shop')).assumptions).toEqual([]);
  });
});

describe('at a waypoint', () => {
  it('subsets and weights are those of its own clusters', () => {
    const rules = `tcp: [{route: [{destination: {host: db, subset: v1}, weight: 80}, {destination: {host: db, subset: v2}, weight: 20}]}]`;
    const verdict = ask(base() + virtualService(rules));
    expect(clusters(verdict)).toEqual([
      [`inbound-vip|5432|tcp/v1|${full('db')}`, 80, null],
      [`inbound-vip|5432|tcp/v2|${full('db')}`, 20, null],
    ]);
    expect(
      verdict.destinations.map(({ endpoints }) => endpoints.map((one) => one.address)),
    ).toEqual([['10.244.0.1:5432'], ['10.244.0.2:5432']]);
  });

  it('a connection without a rule goes to the service, HTTP to an HTTP chain, another port nowhere', () => {
    expect(clusters(ask(base()))).toEqual([
      [`inbound-vip|5432|tcp|${full('db')}`, undefined, null],
    ]);
    expect(ask(base(), { port: 80 }).outcome).toBe('http');
    expect(ask(base(), { port: 7000, protocol: 'http' }).outcome).toBe('http');
    expect(clusters(ask(base(), { port: 7000 }))).toEqual([
      [`inbound-vip|7000|tcp|${full('db')}`, undefined, null],
    ]);
    expect(ask(base(), { port: 81 }).outcome).toBe('no-filter-chain');
    expect(ask(base(), { port: 53 }).outcome).toBe('no-filter-chain');
  });

  it('a port whose protocol is detected has its routes in HTTP clusters', () => {
    const rules = `tcp: [{route: [{destination: {host: db, subset: v1}}]}]`;
    expect(clusters(ask(base() + virtualService(rules), { port: 7000 }))).toEqual([
      [`inbound-vip|7000|http/v1|${full('db')}`, undefined, null],
    ]);
  });

  it('a service of another waypoint has an outbound cluster, where a VirtualService names the own service', () => {
    const rules = 'tcp: [{route: [{destination: {host: other}}]}]';
    expect(clusters(ask(base() + virtualService(rules)))).toEqual([
      [`outbound|5432||${full('other')}`, undefined, null],
    ]);
    const wide = virtualService(rules, 'name: db, namespace: shop', '*.shop.svc.cluster.local');
    const verdict = ask(base() + wide);
    expect(clusters(verdict)).toEqual([
      [`outbound|5432||${full('other')}`, undefined, 'no-such-cluster'],
    ]);
    expect(verdict.steps.map(({ reason }) => reason)).toContain('not-referenced');
    const named = virtualService(rules, 'name: named, namespace: elsewhere', full('db')).replace(
      'host: other}',
      `host: ${full('other')}}`,
    );
    expect(ask(base() + wide + named).destinations[0]?.problem).toBeNull();
  });

  it.each([
    [
      'a subset that is not there',
      '{host: db, subset: v9}',
      `inbound-vip|5432|tcp/v9|${full('db')}`,
    ],
    ['a host that is not there', '{host: nobody}', `inbound-vip|5432|http|${full('nobody')}`],
    [
      'a port that is not there',
      '{host: db, port: {number: 9}}',
      `inbound-vip|9|http|${full('db')}`,
    ],
  ])('%s is no cluster', (_what, destination, name) => {
    const rules = `tcp: [{route: [{destination: ${destination}}]}]`;
    expect(clusters(ask(base() + virtualService(rules)))).toEqual([
      [name, undefined, 'no-such-cluster'],
    ]);
  });

  it('a service that is not exported to the namespace of its waypoint has no endpoints there', () => {
    const far = 'labels: {istio.io/use-waypoint: way, istio.io/use-waypoint-namespace: infra}';
    const hidden = `${far}, annotations: {networking.istio.io/exportTo: "."}`;
    expect(ask(base(far)).destinations[0]?.problem).toBeNull();
    const verdict = ask(base(hidden));
    expect(verdict.destinations[0]?.problem).toBe('no-endpoints');
    expect(verdict.steps.find(({ stage }) => stage === 'endpoints')?.message).toContain(
      'not exported to infra',
    );
  });

  it('a workloadSelector of a DestinationRule has no say', () => {
    const selected = base().replace(
      '{host: db, subsets',
      '{host: db, workloadSelector: {matchLabels: {app: web}}, subsets',
    );
    const verdict = ask(selected + virtualService(`tcp: [{${toV1}}]`));
    expect(verdict.destinations[0]?.problem).toBe('no-such-cluster');
  });

  it('an entry without addresses has one of the control plane, unless it passes connections through', () => {
    const entry = (resolution: string, labels = '') =>
      istio(
        'ServiceEntry',
        `name: ext, namespace: shop, labels: {istio.io/use-waypoint: way${labels}}`,
        `{hosts: [api.example.com], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: ${resolution}}`,
      );
    const at = (text: string) => ask(text, { host: 'api.example.com' });
    expect(clusters(at(entry('DNS')))).toEqual([
      ['inbound-vip|5432|tcp|api.example.com', undefined, null],
    ]);
    expect(at(entry('NONE')).outcome).toBe('passthrough');
    const opted = ', networking.istio.io/enable-autoallocate-ip: "false"';
    expect(at(entry('DNS', opted)).outcome).toBe('passthrough');
  });

  it('TLS to names that are resolved on request has no filter chain, whatever the rules say; HTTP has', () => {
    const entry = istio(
      'ServiceEntry',
      'name: ext, namespace: shop, labels: {istio.io/use-waypoint: way}',
      '{hosts: ["*.example.com"], ports: [{number: 443, name: tls, protocol: TLS}, {number: 80, name: http, protocol: HTTP}], resolution: DYNAMIC_DNS}',
    );
    const rules = virtualService(
      'tls: [{match: [{sniHosts: ["*.example.com"]}], route: [{destination: {host: db}}]}]',
      'name: ext, namespace: shop',
      '*.example.com',
    );
    const at = (port: number) =>
      ask(base() + entry + rules, { host: '*.example.com', port, sni: 'a.example.com' });
    const verdict = at(443);
    expect(verdict).toMatchObject({ outcome: 'no-filter-chain', destinations: [] });
    expect(verdict.steps.at(-1)?.message).toContain('the waypoint has no filter chain for it');
    expect(verdict.steps.find(({ stage }) => stage === 'filter-chain')).toMatchObject({
      result: 'rejected',
      reason: 'no-filter-chain',
    });
    expect(at(80).outcome).toBe('http');
  });
});

describe('the trace', () => {
  const told = (text: string, stage: string, asked: Asked = {}) =>
    ask(text, asked)
      .steps.filter((step) => step.stage === stage)
      .map(({ subject, result, reason }) => `${result} ${reason} ${subject}`);

  it('tells every rule, and why each other is not the one', () => {
    const rules = `tcp: [{match: [{sourceNamespace: web, destinationSubnets: [10.0.0.0/8]}], ${toV1}}, {match: [{destinationSubnets: [192.0.2.0/24]}], ${toV1}}, {${toV1}}]`;
    const text =
      base() +
      virtualService(rules) +
      virtualService(rules, 'name: far, namespace: web', full('db')) +
      virtualService(rules, 'name: other, namespace: shop', 'other');
    expect(told(text, 'rule')).toEqual([
      'rejected no-match shop/db spec.tcp[0]',
      'taken match-held shop/db spec.tcp[1]',
      'shadowed earlier-rule shop/db spec.tcp[2]',
    ]);
    expect(told(text, 'virtual-service')).toEqual([
      'taken applies shop/db',
      'rejected waypoint-namespace web/far',
      'rejected host shop/other',
    ]);
    const { steps } = ask(text);
    expect(
      steps
        .find(({ stage }) => stage === 'match')
        ?.conditions?.map(({ name, held }) => [name, held]),
    ).toEqual([
      ['sourceNamespace', false],
      ['destinationSubnets', null],
    ]);
    expect(steps.at(-1)?.stage).toBe('verdict');
  });

  it('tells a tls rule that comes before all tcp rules, and a rule without a route', () => {
    const text =
      base() +
      virtualService(`tcp: [{${toV1}}]`) +
      virtualService(
        `tls: [{match: [{sniHosts: [${full('db')}]}], ${toV1}}]`,
        'name: tls, namespace: shop',
      );
    expect(told(text, 'rule')).toEqual([
      'shadowed earlier-rule shop/db spec.tcp[0]',
      'taken match-held shop/tls spec.tls[0]',
    ]);
    const empty = `${base()}${virtualService(`tcp: [{match: [{port: 5432}]}, {${toV1}}]`)}`;
    expect(told(empty, 'rule')).toEqual([
      'rejected empty-route shop/db spec.tcp[0]',
      'shadowed earlier-rule shop/db spec.tcp[1]',
    ]);
    const next = ask(empty + virtualService(`tcp: [{${toV1}}]`, 'name: next, namespace: shop'));
    expect(next.rule?.name).toBe('next');
    expect(next.steps.find(({ result }) => result === 'shadowed')?.message).toBe(
      'never looked at: shop/db spec.tcp[0] before it holds and has no route, which ends the list',
    );
  });
});
