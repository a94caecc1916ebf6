/** explain for clients in ambient mode: by the waypoint's rules, by the ztunnel without one, and what would bring rules in. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const ambient =
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {istio.io/dataplane-mode: ambient}}\n---\n';
const db = (labels: string) => `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop, labels: {${labels}}}
spec: {clusterIP: 10.96.1.5, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db, version: v1}}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec: {host: db, subsets: [{name: v1, labels: {version: v1}}]}
---
`;
const rules = (tcp: string, metadata = 'name: db, namespace: shop', more = '') =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {${metadata}}\nspec: {hosts: [db.shop.svc.cluster.local], tcp: [${tcp}]${more}}\n---\n`;
const route = 'route: [{destination: {host: db.shop.svc.cluster.local, subset: v1}}]';
const way = 'istio.io/use-waypoint: way';

async function explain(text: string, flags = '', configuration = '') {
  const asked = `explain mesh.yaml --src-ns web --host db.shop --port 5432 ${flags}`.trim();
  const files = { 'mesh.yaml': text, '.tcpmesh.yaml': configuration };
  return runCommand(asked.split(' '), { files });
}

describe('a client in ambient mode', () => {
  it('is answered by the rule of the waypoint', async () => {
    const { stdout, code } = await explain(
      `${ambient}${db(way)}${rules(`{match: [{sourceNamespace: web}], ${route}}, {${route}}`)}`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  it('has the waypoint in JSON, beside what is there for every answer', async () => {
    const { stdout } = await explain(ambient + db(way) + rules(`{${route}}`), '-o json');
    const [result] = JSON.parse(stdout).results;
    expect(result.call.from).toEqual({ namespace: 'web', labels: {}, mode: 'ambient' });
    expect(result.waypoint).toEqual({ namespace: 'shop', name: 'way' });
    expect(result.rule).toMatchObject({ namespace: 'shop', name: 'db', path: 'spec.tcp[0]' });
    const bare = await explain(ambient + db('') + rules(`{${route}}`), '-o json');
    expect(JSON.parse(bare.stdout).results[0].waypoint).toBeNull();
    const sidecar = await explain(db(way) + rules(`{${route}}`), '-o json');
    expect(JSON.parse(sidecar.stdout).results[0]).not.toHaveProperty('waypoint');
  });

  it.each([
    ['--mode ambient', ''],
    ['', 'mode: ambient\n'],
  ])('is every one with %s %s', async (flag, configuration) => {
    const { stdout } = await explain(db(way) + rules(`{${route}}`), flag, configuration);
    expect(stdout).toContain('ambient client in web');
    expect(stdout).toContain('inbound-vip|5432|tcp/v1|db.shop.svc.cluster.local');
  });

  it('is told why it is closed: the service has no such port, or its waypoint no filter chain', async () => {
    const closed = '  is accepted and closed at once: ';
    const bare = db(way).replace('port: 5432', 'port: 5433');
    expect((await explain(bare, '--mode ambient')).stdout).toContain(
      `${closed}the service has no such port\n`,
    );
    const named = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ext, namespace: shop, labels: {${way}}}
spec: {hosts: ["*.example.com"], ports: [{number: 5432, name: tls, protocol: TLS}], resolution: DYNAMIC_DNS}
`;
    for (const flags of ['', ' --brief']) {
      const asked = `explain mesh.yaml --src-ns web --host a.example.com --port 5432 --sni a.example.com --mode ambient${flags}`;
      const { stdout } = await runCommand(asked.split(' '), { files: { 'mesh.yaml': named } });
      expect(stdout).toContain(`${closed}the waypoint has no filter chain for it\n`);
    }
  });

  it('and one with a sidecar is told that it goes past the waypoint', async () => {
    const { stdout } = await explain(db(way) + rules(`{${route}}`));
    expect(stdout).toContain('outbound|5432|v1|db.shop.svc.cluster.local');
    expect(stdout).toContain('goes past the waypoint shop/way of db.shop.svc.cluster.local');
    const injected =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {istio-injection: enabled}}\n---\n';
    expect((await explain(injected + db(way), '--mode ambient')).stdout).toContain(
      'the client has a sidecar (istio-injection=enabled of its namespace, mesh.yaml:3), though the mode is ambient',
    );
    const over = await explain(db(way), '--mode sidecar', 'mode: ambient\n');
    expect(over.stdout).not.toContain('ambient client');
  });

  it('is another one than the caller with a sidecar, and told so', async () => {
    const text = `${ambient}${db(way)}${rules(`{match: [{sourceNamespace: old}], ${route}}`)}`;
    const argv = 'explain mesh.yaml --src-ns old --host db.shop --port 5432'.split(' ');
    const { stdout } = await runCommand(argv, { files: { 'mesh.yaml': text } });
    expect(stdout).toContain('client in old → db.shop');
    expect(stdout).toMatch(/from any other namespace it goes to db\.shop[^;]*; no rule applies/);
    expect(stdout).toMatch(/by rule 1 of VirtualService shop\/db/);
  });

  it('sees other namespaces as they are captured', async () => {
    const shop = ambient.replace('name: web', 'name: shop');
    const text = `${ambient}${shop}${db(way)}${rules(`{match: [{sourceNamespace: web}], ${route}}`)}`;
    const { stdout } = await explain(text, '--bare');
    expect(stdout).not.toContain('namespace shop it goes');
  });
});

describe('what would bring rules in', () => {
  const told = async (text: string, flags = '') => (await explain(ambient + text, flags)).stdout;

  it('a label, where rules wait for a waypoint', async () => {
    expect(await told(db('') + rules(`{${route}}`))).toContain(
      'label Service shop/db istio.io/use-waypoint=waypoint: then it goes to db.shop.svc.cluster.local:5432 subset v1',
    );
    expect(await told(db(''))).not.toContain('What one change would do');
  });

  it('the name of a Gateway that is there', async () => {
    const gateway =
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: way, namespace: shop}\nspec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n---\n';
    expect(await told(db('') + gateway + rules(`{${route}}`))).toContain(
      'label Service shop/db istio.io/use-waypoint=way: then',
    );
  });

  it('the namespace of the service, for rules where the waypoint does not look', async () => {
    const far = rules(`{${route}}`, 'name: far, namespace: web');
    expect(await told(db(way) + far)).toContain(
      'put VirtualService web/far into namespace shop: then it goes to db.shop.svc.cluster.local:5432 subset v1',
    );
  });

  it('a match without the client, an export to the waypoint, and the mesh among the gateways', async () => {
    const match = rules(`{match: [{sourceLabels: {app: web}}], ${route}}`);
    expect(await told(db(way) + match)).toContain(
      'leave sourceLabels out of its match, for a waypoint knows no client: then it goes to',
    );
    const hidden = rules(`{${route}}`, 'name: db, namespace: shop', ', exportTo: [web]');
    expect(await told(db(way) + hidden)).toContain('add shop to its exportTo: then it goes to');
    const gated = rules(`{${route}}`, 'name: db, namespace: shop', ', gateways: [edge]');
    expect(await told(db(way) + gated)).toContain('add mesh to its gateways: then it goes to');
  });
});

it('what ASM documents no support for is said with its profile alone', async () => {
  const text = ambient + db(way) + rules(`{match: [{port: 5432}], ${route}}`);
  expect((await explain(text)).stdout).not.toContain('ASM');
  expect((await explain(text, '--ambient-profile asm')).stdout).toContain(
    "but ASM documents no support for port in TCP rules of ambient mode: this is what Istio's own waypoint does",
  );
});

it('a gateway that goes through the waypoint says so', async () => {
  const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: edge}, servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}]}
---
`;
  const text =
    db(`${way}, istio.io/ingress-use-waypoint: "true"`) +
    gateway +
    rules(`{${route}}`, 'name: edge, namespace: shop', ', gateways: [edge]');
  const asked = ['explain', 'mesh.yaml', '--gateway', 'edge', '--port', '9000'];
  const { stdout } = await runCommand(asked, { files: { 'mesh.yaml': text } });
  expect(stdout).toContain('goes to its waypoint shop/way (istio.io/ingress-use-waypoint)');
});
