/** tcpmesh test on clients that have no sidecar: said in every format, failed in none; and those that are meant to be ambient. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './fake-world.ts';

const mesh = (labels: string, pod = '') => `
apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {${labels}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: web, labels: {app: web}${pod}}
status: {phase: Running, podIP: 10.244.0.7}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop, labels: {istio.io/use-waypoint: way}}
spec: {clusterIP: 10.96.1.5, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
status: {phase: Running, podIP: 10.244.0.1}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: db, namespace: shop}
spec: {hosts: [db], tcp: [{match: [{sourceNamespace: web}], route: [{destination: {host: db}}]}]}
`;
const test = (from: string, expected: string) => `
config: [mesh.yaml]
connections:
- name: one
  from: ${from}
  to: {host: db.shop, port: 5432}
  expect: ${expected}
`;
const bySidecar = '{outcome: routed, rule: shop/db}';

async function run(text: string, file: string, flags: readonly string[] = [], configuration = '') {
  const files = { 'mesh.yaml': text, 'a.mesh-test.yaml': file, '.tcpmesh.yaml': configuration };
  return runCommand(['test', 'a.mesh-test.yaml', ...flags], { files });
}
async function notes(text: string, file: string, configuration = ''): Promise<readonly string[]> {
  const { stdout, code } = await run(text, file, ['-o', 'json'], configuration);
  expect(code).toBe(0);
  const [only] = JSON.parse(stdout).tests;
  return only.notes ?? [];
}

describe('a client without a sidecar', () => {
  it.each([
    ['in ambient mode', mesh('istio.io/dataplane-mode: ambient'), 'web/web is in ambient mode ('],
    ['without injection', mesh('istio-injection: disabled'), 'web/web has no sidecar (istio-'],
    [
      'that keeps the port from it',
      mesh('', ', annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "5432"}'),
      'web/web keeps this connection from its sidecar (',
    ],
    [
      'that keeps the address from it',
      mesh('', ', annotations: {traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.96.0.0/16}'),
      'web/web keeps this connection from its sidecar (',
    ],
  ])('%s: a note, and no failure', async (_what, text, note) => {
    const file = test('{workload: web/web}', bySidecar);
    expect(await notes(text, file)).toEqual([expect.stringContaining(note)]);
  });

  it('by the configuration, described or named', async () => {
    for (const from of ['{workload: web/web}', '{namespace: web}'])
      expect(await notes(mesh(''), test(from, bySidecar), 'mode: ambient\n')).toHaveLength(1);
    expect(await notes(mesh(''), test('{namespace: web}', bySidecar))).toEqual([]);
  });

  it('is told of in every format', async () => {
    const text = mesh('istio-injection: disabled');
    const file = test('{workload: web/web}', bySidecar);
    const plain = await run(text, file);
    expect(plain.stdout).toContain('  · one: web/web has no sidecar (');
    expect(plain.stdout).toContain('1 passed');
    expect((await run(text, file, ['-o', 'tap'])).stdout).toMatch(/^ok 1 .*\n# web\/web has no/m);
    const junit = await run(text, file, ['-o', 'junit']);
    expect(junit.stdout).toMatch(/<testcase [^>]*>\n *<system-out>web\/web has no sidecar \(/);
    for (const { code } of [plain, junit]) expect(code).toBe(0);
    const none = await run(mesh(''), file, ['-o', 'json']);
    expect(JSON.parse(none.stdout).tests[0]).toEqual({
      file: 'a.mesh-test.yaml',
      name: 'one',
      ok: true,
      message: '',
    });
  });

  it('fails as any other, with the note beside the failure', async () => {
    const file = test('{workload: web/web}', '{outcome: blackhole}');
    const { stdout, code } = await run(mesh('istio-injection: disabled'), file);
    expect(code).toBe(1);
    expect(stdout).toContain('outcome: expected blackhole');
    expect(stdout).toContain('· one: web/web has no sidecar (');
  });
});

describe('mode: ambient', () => {
  it.each(['{workload: web/web, mode: ambient}', '{namespace: web, mode: ambient}'])(
    '%s has the answer of the waypoint, and no note',
    async (from) => {
      expect(await notes(mesh(''), test(from, '{outcome: routed, rule: null}'))).toEqual([]);
    },
  );

  it('is one of two words, and none for a gateway', async () => {
    const wrong = await run(mesh(''), test('{namespace: web, mode: sidecars}', bySidecar));
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('sidecars');
    const gateway = test('{gateway: {namespace: web}, mode: ambient}', bySidecar);
    const refused = await run(mesh(''), gateway);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('mode has no say at a gateway');
  });

  it('is what a first file says of such clients, and what it says holds', async () => {
    const files = { 'mesh.yaml': mesh('istio.io/dataplane-mode: ambient') };
    const first = await runCommand(['test', '--init', 'mesh.yaml'], { files });
    expect(first.stdout).toContain('from: {workload: web/web, mode: ambient}');
    const again = await run(files['mesh.yaml'], first.stdout, ['-o', 'json']);
    expect(again.code).toBe(0);
    expect(again.stdout).not.toContain('notes');
  });

  it('is asked by explain as it is by test', async () => {
    const calls = test('{namespace: web, mode: ambient}', bySidecar);
    const files = { 'mesh.yaml': mesh(''), 'a.mesh-test.yaml': calls };
    const argv = ['explain', 'mesh.yaml', '--calls', 'a.mesh-test.yaml', '--brief'];
    const { stdout } = await runCommand(argv, { files });
    expect(stdout).toContain('ambient client in web');
    expect(stdout).toContain('inbound-vip|5432|tcp|db.shop.svc.cluster.local');
  });
});
