// How compile and explain grow: meshes of so many services with as many VirtualServices and DestinationRules, read from a file.
// Each size runs in a process of its own, so that all but "next call" is cold.
// Run: node bench/explain.mjs [sizes]        node bench/explain.mjs 100 1000 10000
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { loadSource } from '../scripts/load-source.mjs';

const self = fileURLToPath(import.meta.url);
const command = fileURLToPath(new URL('../bin/tcpmesh.js', import.meta.url));

/** A Service with its Pod, a VirtualService as in the tutorials, a DestinationRule with two subsets. */
function documents(i) {
  const name = `service-${i}`;
  const namespace = `team-${i % 40}`;
  const host = `${name}.${namespace}.svc.cluster.local`;
  const rest = `${(i >> 8) & 255}.${i & 255}`;
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  clusterIP: 10.${96 + (i >> 16)}.${rest}
  selector:
    app: ${name}
  ports:
  - name: tcp
    port: 9000
  - name: tcp-other
    port: 9001
---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}-0
  namespace: ${namespace}
  labels:
    app: ${name}
    version: v${1 + (i % 2)}
status:
  phase: Running
  podIP: 10.${200 + (i >> 16)}.${rest}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  hosts:
  - ${host}
  tcp:
  - match:
    - port: 9000
      sourceNamespace: team-${(i + 1) % 40}
    route:
    - destination:
        host: ${host}
        subset: v1
      weight: 80
    - destination:
        host: ${host}
        subset: v2
      weight: 20
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  host: ${host}
  subsets:
  - name: v1
    labels:
      version: v1
  - name: v2
    labels:
      version: v2
`;
}

/** One measured pass over a file, in milliseconds but for nextCall, which is in microseconds. cpu counts all threads of the process. */
async function measure(file, size) {
  const { decodeSources, admit, buildMesh, compile, route } = await loadSource(
    fileURLToPath(new URL('./explain-rooms.ts', import.meta.url)),
  );
  const times = {};
  const cpu = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
  const started = cpu();
  let last = performance.now();
  const lap = (name) => {
    const now = performance.now();
    times[name] = now - last;
    last = now;
  };
  const sources = [{ name: file, text: readFileSync(file, 'utf8') }];
  const decoded = decodeSources(sources, { defaultNamespace: 'default' });
  lap('read');
  const { admitted } = admit(decoded.resources);
  lap('admit');
  const mesh = buildMesh(admitted, {});
  lap('mesh');
  const from = { kind: 'sidecar', namespace: 'team-1', labels: { app: 'client-1', tier: 'web-0' } };
  const compiled = compile(mesh, from);
  const call = (i) => ({
    from,
    to: { host: `service-${i}.team-${i % 40}.svc.cluster.local`, port: 9000 },
    protocol: 'tcp',
  });
  const { outcome } = route(compiled, call(size - 1));
  if (outcome !== 'routed') throw new Error(`the answer is ${outcome}, so this measures nothing`);
  lap('compile and first call');
  times.cpu = cpu() - started;
  const count = 20_000;
  for (let i = 0; i < count; i++) route(compiled, call(i % size));
  last = performance.now();
  for (let i = 0; i < count; i++) route(compiled, call(i % size));
  times.nextCall = ((performance.now() - last) / count) * 1000;
  return times;
}

function commandTime(file, size) {
  const host = `service-${size - 1}.team-${(size - 1) % 40}.svc.cluster.local`;
  const args = ['explain', file, '--src-ns', 'team-1', '--host', host, '--port', '9000'];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [command, ...args, '--brief'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tcpmesh explain: exit code ${status}: ${stderr}`);
  return performance.now() - start;
}

if (process.argv[2] === '--measure') {
  const [, , , file, size] = process.argv;
  process.stdout.write(JSON.stringify(await measure(file, Number(size))));
} else {
  const sizes = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-bench-'));
  try {
    let before = null;
    for (const size of sizes.length > 0 ? sizes : [100, 1_000, 10_000]) {
      const file = join(folder, `mesh-${size}.yaml`);
      writeFileSync(file, Array.from({ length: size }, (_, i) => documents(i)).join('---\n'));
      const child = spawnSync(process.execPath, [self, '--measure', file, String(size)], {
        encoding: 'utf8',
      });
      if (child.status !== 0) throw new Error(child.stderr);
      const { nextCall, cpu, ...phases } = JSON.parse(child.stdout);
      const cold = Object.values(phases).reduce((sum, ms) => sum + ms, 0);
      const shown = Object.entries(phases).map(([name, ms]) => `${name} ${ms.toFixed(0)}`);
      const growth =
        before === null
          ? ''
          : `; ${(cold / before.cold).toFixed(1)} times the time for ${size / before.size} times the services`;
      console.log(
        `${String(size).padStart(6)} services: cold ${cold.toFixed(0)} ms (${shown.join(', ')}; ${cpu.toFixed(0)} ms of processor time), next call ${nextCall.toFixed(1)} µs, the command ${commandTime(file, size).toFixed(0)} ms${growth}`,
      );
      before = { cold, size };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
