/** What explain tells to do where a connection may not leave the mesh: the entry for it alone, written out, or the policy. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const configMap = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "{outboundTrafficPolicy: {mode: REGISTRY_ONLY}, enableTracing: true}"}
---
`;
const sidecar = (egress: string, policy = 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}') => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: own, namespace: web}
spec: {egress: [{hosts: [${egress}]}], ${policy}}
---
`;
const db = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.1.5, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db}}
status: {phase: Running, podIP: 10.244.0.9}
---
`;

type Miss = {
  readonly message: string;
  readonly outcome: string;
  readonly destinations: readonly string[];
  readonly change: { readonly added?: string; readonly object: { readonly kind: string } };
};

async function misses(text: string, ...flags: readonly string[]): Promise<readonly Miss[]> {
  const argv = ['explain', 'mesh.yaml', '--src-ns', 'web', ...flags, '-o', 'json'];
  const { stdout, code } = await runCommand(argv, { files: { 'mesh.yaml': text } });
  expect(code).toBe(0);
  return JSON.parse(stdout).results[0].nearMisses;
}
const outside = ['--dst-ip', '203.0.113.9', '--port', '443'];

describe('a connection that REGISTRY_ONLY closes', () => {
  it('is let out by an entry for its address, or by the policy of the mesh', async () => {
    const found = await misses(configMap + db, ...outside);
    expect(found.map(({ message, outcome }) => `${outcome}: ${message}`)).toEqual([
      'routed: add it with spec {hosts: [ip-203-0-113-9.external], addresses: [203.0.113.9], ports: [{number: 443, name: tcp, protocol: TCP}], resolution: NONE, location: MESH_EXTERNAL, exportTo: ["."]}',
      'passthrough: write outboundTrafficPolicy as {mode: ALLOW_ANY}, which opens every address',
    ]);
    expect(found.map(({ change }) => change.object.kind)).toEqual(['ServiceEntry', 'ConfigMap']);
  });

  it('is let out by the policy of its Sidecar where that is the one that closes it', async () => {
    const found = await misses(sidecar('"./*"') + db, ...outside);
    expect(found.map(({ change }) => change.object.kind)).toEqual(['ServiceEntry', 'Sidecar']);
  });

  it.each([
    ['an address', outside],
    ['an address of IPv6', ['--dst-ip', 'fd00::1', '--port', '443']],
    ['a server name', [...outside, '--sni', 'api.example.com']],
    ['a name', ['--host', 'api.example.com', '--port', '443']],
  ])('%s: the text of the entry does it, and is valid', async (_what, flags) => {
    const [entry] = await misses(configMap + db, ...flags);
    const added = entry?.change.added ?? '';
    const files = { 'mesh.yaml': configMap + db, 'entry.yaml': added };
    const asked = ['explain', 'mesh.yaml', 'entry.yaml', '--src-ns', 'web', ...flags];
    const { stdout, code } = await runCommand([...asked, '--expect', 'outcome=routed'], { files });
    expect(code).toBe(0);
    expect(stdout).not.toContain('ServiceEntry web/');
    const valid = await runCommand(['validate', 'entry.yaml'], { files });
    expect(valid.stdout).not.toContain('error');
    expect(valid.code).toBe(0);
  });

  it('by a server name is not let out by the address', async () => {
    const [entry] = await misses(configMap, ...outside, '--sni', 'api.example.com');
    expect(entry?.destinations).toEqual(['outbound|443||api.example.com']);
    expect(entry?.message).not.toContain('203.0.113.9');
  });

  it('takes no name that another entry has', async () => {
    const other = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ip-203-0-113-9, namespace: web}
spec: {hosts: [a.example.com], addresses: [203.0.113.10], ports: [{number: 443, name: t, protocol: TCP}]}
`;
    const [entry] = await misses(configMap + other, ...outside);
    expect(entry?.change.added).toMatch(/name: ip-203-0-113-9-\d+\n/);
  });

  it('to a pod of the mesh wants no entry, and to the sidecar itself nothing helps', async () => {
    const pod = await misses(configMap + db, '--dst-ip', '10.244.0.9', '--port', '5432');
    expect(pod.map(({ change }) => change.object.kind)).toEqual(['ConfigMap']);
    expect(await misses(configMap, '--dst-ip', '203.0.113.9', '--port', '15001')).toEqual([]);
  });

  it('to a service that is left out is let out by its import, and no further', async () => {
    const found = await misses(sidecar('"./*"') + db, '--host', 'db.shop', '--port', '5432');
    expect(found.map(({ message }) => message)).toEqual([
      'add shop/db.shop.svc.cluster.local to its egress hosts',
    ]);
  });
});

it('a VirtualService that a Sidecar leaves out comes in by its own host', async () => {
  const route = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: infra}
spec: {hosts: [db.shop.svc.cluster.local], tcp: [{route: [{destination: {host: db.shop.svc.cluster.local}}]}]}
`;
  const scope = sidecar('"shop/*"', 'outboundTrafficPolicy: {mode: ALLOW_ANY}');
  const found = await misses(scope + db + route, '--host', 'db.shop', '--port', '5432');
  expect(found.map(({ message }) => message)).toEqual([
    'add infra/db.shop.svc.cluster.local to its egress hosts',
  ]);
});

it('says which bytes the listener of the service is for, and offers no second entry for it', async () => {
  const files = {
    'mesh.yaml': `${sidecar('"*/*"')}${db.replace('name: tcp', 'name: http')}`,
  };
  const argv = ['explain', 'mesh.yaml', '--src-ns', 'web', '--host', 'db.shop', '--port', '5432'];
  const { stdout } = await runCommand(argv, { files });
  expect(stdout).toContain(
    'is closed: no filter chain is left for bytes that are not HTTP, and REGISTRY_ONLY lets nothing else out',
  );
  expect(stdout).not.toContain('add ServiceEntry');
});
