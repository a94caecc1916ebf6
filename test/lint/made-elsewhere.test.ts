/** Names that the files refer to and that something else than these files brings: no finding calls them missing. */
import { describe, expect, it } from 'vitest';
import { runCommand } from '../cli/fake-world.ts';

const service = (name: string, more = 'clusterIP: 10.96.0.9, '): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {${more}ports: [{name: tcp, port: 5432}]}\n`;
const rule = (host: string, more = ''): string =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v, namespace: shop}\nspec:\n  hosts: [db]\n${more}  tcp:\n  - route: [{destination: {host: ${host}, port: {number: 5432}}}]\n`;
const destinationRule = (host: string, policy: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: d, namespace: shop}\nspec: {host: "${host}", trafficPolicy: {${policy}}}\n`;

async function codes(...documents: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runCommand(['validate', 'a.yaml', '-o', 'json'], {
    files: { 'a.yaml': documents.join('---\n') },
  });
  const { findings } = JSON.parse(stdout);
  const told = findings as readonly { readonly code: string }[];
  return told.map(({ code }) => code).filter((code) => code !== 'TCM0009');
}

describe('is not missing', () => {
  it('what every cluster has', async () => {
    expect(await codes(service('db'), rule('kubernetes.default.svc.cluster.local'))).toEqual([]);
    expect(await codes(service('db'), rule('nothing.default.svc.cluster.local'))).toEqual([
      'IST0101',
    ]);
  });

  it("what Istio's installation brings into its own namespace", async () => {
    const gateway = (name: string) => `istio-${name}gateway.istio-system.svc.cluster.local`;
    for (const name of ['ingress', 'egress', 'eastwest'])
      expect(await codes(service('db'), rule(gateway(name)))).toEqual([]);
    expect(
      await codes(
        service('db'),
        destinationRule(gateway('egress'), 'loadBalancer: {simple: RANDOM}'),
      ),
    ).toEqual([]);
    expect(await codes(service('db'), rule('istiod.istio-system.svc.cluster.local'))).toEqual([]);
    for (const host of [gateway('egres'), gateway('egress').replace('istio-system', 'shop')])
      expect(await codes(service('db'), rule(host))).toEqual(['IST0101']);
  });

  it('the pods of a gateway that joins clusters', async () => {
    const eastWest =
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: istio-system}\nspec:\n  selector: {istio: eastwestgateway}\n  servers:\n  - port: {number: 15443, name: tls, protocol: TLS}\n    hosts: ["*.local"]\n    tls: {mode: AUTO_PASSTHROUGH}\n';
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: web, image: web}]}\n';
    expect(await codes(eastWest, pod)).toEqual([]);
    expect(await codes(eastWest.replace('eastwest', 'westeast'), pod)).toEqual(['IST0101']);
  });

  it('the Service of an operator, called as its object', async () => {
    const cluster =
      'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg, namespace: shop}\nspec: {instances: 3}\n';
    expect(await codes(service('db'), rule('pg-rw'), cluster)).toEqual([]);
    expect(await codes(service('db'), rule('my-rw'), cluster)).toEqual(['IST0101']);
  });

  it('the Secret that a Certificate makes', async () => {
    const gateway =
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: edge}\nspec:\n  selector: {istio: edge}\n  servers:\n  - port: {number: 443, name: https, protocol: HTTPS}\n    hosts: ["*"]\n    tls: {mode: SIMPLE, credentialName: web-cert}\n';
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: edge, namespace: edge, labels: {istio: edge}}\nspec: {containers: [{name: istio-proxy, image: auto}]}\n';
    const other =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: edge}\ntype: Opaque\n';
    const certificate = (secret: string): string =>
      `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: web, namespace: edge}\nspec: {secretName: ${secret}}\n`;
    expect(await codes(gateway, pod, other, certificate('web-cert'))).not.toContain('IST0101');
    expect(await codes(gateway, pod, other, certificate('web'))).toContain('IST0101');
  });

  it('a port of other services that a wildcard covers', async () => {
    const ports = 'portLevelSettings: [{port: {number: 9042}, tls: {mode: DISABLE}}]';
    expect(await codes(service('db'), destinationRule('*.local', ports))).not.toContain('TCM1417');
    expect(await codes(service('db'), destinationRule('db', ports))).toEqual(['TCM1417']);
  });

  it('a public name beside that of a Service, for a gateway', async () => {
    const both = (gateways: string): string =>
      rule('db', gateways).replace('hosts: [db]', 'hosts: [db, db.example.com]');
    const entry =
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: e, namespace: shop}\nspec: {hosts: [x.example.org], addresses: [240.0.0.1], ports: [{number: 1, name: tcp, protocol: TCP}], resolution: NONE}\n';
    const at = await codes(service('db'), entry, both('  gateways: [gw, mesh]\n'));
    expect(at).not.toContain('TCM1306');
    expect(await codes(service('db'), entry, both(''))).toContain('TCM1306');
  });

  it('an ejection where no failures are counted', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, labels: {app: db}}\nspec: {containers: [{name: c, image: x}]}\n';
    const selecting = service('db', 'selector: {app: db}, ');
    const off = 'outlierDetection: {consecutive5xxErrors: 0, minHealthPercent: 50}';
    expect(await codes(selecting, pod, destinationRule('db', off))).toEqual([]);
    const on = off.replace(': 0', ': 1');
    expect(await codes(selecting, pod, destinationRule('db', on))).toEqual(['TCM1416']);
  });
});

it('a ServiceEntry at the address of a Service gets none of its connections', async () => {
  const entry =
    'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: e, namespace: shop}\nspec: {hosts: [x.example.org], addresses: [10.96.0.9], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: STATIC, endpoints: [{address: 192.0.2.1}]}\n';
  expect(await codes(service('db'), entry)).toContain('TCM1315');
});

it('a Sidecar for some workloads is somebody who sees a host', async () => {
  const mesh = (hosts: string): readonly string[] => [
    service('db'),
    `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: s, namespace: jobs}\nspec: {workloadSelector: {labels: {app: job}}, egress: [{hosts: ["${hosts}"]}]}\n`,
    'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: jobs}\nspec: {egress: [{hosts: ["./*"]}]}\n',
    rule('db').replace('- route', '- match: [{sourceNamespace: jobs}]\n    route'),
  ];
  expect(await codes(...mesh('shop/*'))).not.toContain('TCM1211');
  expect(await codes(...mesh('other/*'))).toContain('TCM1211');
});

it('addresses that DNS capture gives are no shared listener, wherever it is turned on', async () => {
  const entry = (name: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: ${name}, namespace: shop}\nspec: {hosts: [${name}.example.org], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: DNS}\n`;
  const both = [entry('one'), entry('two')];
  expect(await codes(...both)).toContain('TCM1315');
  const config =
    'apiVersion: networking.istio.io/v1beta1\nkind: ProxyConfig\nmetadata: {name: dns, namespace: shop}\nspec: {environmentVariables: {ISTIO_META_DNS_CAPTURE: "true"}}\n';
  expect(await codes(...both, config)).not.toContain('TCM1315');
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, annotations: {proxy.istio.io/config: "proxyMetadata: {ISTIO_META_DNS_CAPTURE: \'true\'}"}}\nspec: {containers: [{name: c, image: x}]}\n';
  expect(await codes(...both, pod)).not.toContain('TCM1315');
  expect(await codes(...both, pod.replace("'true'", "'false'"))).toContain('TCM1315');
});

it.each([
  ['resolution NONE', 'db.example.org', 'NONE'],
  ['a wildcard', '"*.example.org"', 'DNS'],
])('DNS capture gives nothing with %s an address', async (_, host, resolution) => {
  const entry = (hosts: string, of: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: one, namespace: shop}\nspec: {hosts: [${hosts}], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: ${of}}\n`;
  const config =
    'apiVersion: networking.istio.io/v1beta1\nkind: ProxyConfig\nmetadata: {name: dns, namespace: shop}\nspec: {environmentVariables: {ISTIO_META_DNS_CAPTURE: "true"}}\n';
  const told = async (...documents: readonly string[]) => {
    const files = { 'a.yaml': documents.join('---\n') };
    const { stdout } = await runCommand(['validate', 'a.yaml', '-o', 'json'], { files });
    const { findings } = JSON.parse(stdout);
    return (findings as readonly { code: string; severity: string; help: string }[])
      .filter(({ code }) => code === 'IST0134')
      .map(({ severity, help }) => [severity, help.includes('DNS capture')]);
  };
  const plain = entry('db.example.org', 'DNS');
  expect(await told(plain)).toEqual([['warning', true]]);
  expect(await told(plain, config)).toEqual([['info', false]]);
  const without = entry(host, resolution);
  expect(await told(without)).toEqual([['warning', false]]);
  expect(await told(without, config)).toEqual([['warning', false]]);
});
