/**
 * The soak: the data plane in this process, a storm of random connections and the backends it kills in another. Configuration changes
 * all the while. Ends with every byte accounted for, nothing left open and flat memory, or says what is wrong and exits with 1.
 *
 * Started by soak.mjs; `storm` as first argument makes it the other process.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  type ClusterConfig,
  createDataPlane,
  defaultClusterConfig,
  defaultLimits,
  defaultOutlierDetection,
  type LoadBalancerPolicy,
} from '../src/proxy/index.ts';
import { type Backend, createStorm, seeded } from './storm.ts';

type FromStorm =
  | { readonly kind: 'backends'; readonly ports: readonly number[] }
  | {
      readonly kind: 'done';
      readonly wrong: readonly string[];
      readonly totals: object;
      readonly kills: number;
    };

const options = {
  seconds: Number(process.env.SOAK_SECONDS ?? 120),
  seed: Number(process.env.SOAK_SEED ?? 1),
  atOnce: Number(process.env.SOAK_AT_ONCE ?? 100),
};
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function runStorm(): Promise<void> {
  const storm = createStorm(options.seed);
  const random = seeded(options.seed + 99);
  const backends: Backend[] = [];
  for (let index = 0; index < 4; index += 1) backends.push(await storm.backend());
  process.send?.({ kind: 'backends', ports: backends.map(({ port }) => port) });
  const port = await new Promise<number>((resolve) =>
    process.once('message', (value) => resolve(Number(value))),
  );
  const end = performance.now() + options.seconds * 1000;
  const wrong: string[] = [];
  let kills = 0;
  let next = 0;
  /** A connection may be broken, or refused, from a kill until the endpoint is trusted again. */
  let troubleUntil = 0;

  const killer = async (): Promise<void> => {
    while (performance.now() < end) {
      await wait(1000 + random() * 3000);
      const victim = backends[Math.floor(random() * backends.length)];
      if (victim === undefined) continue;
      kills += 1;
      troubleUntil = Number.POSITIVE_INFINITY;
      await victim.kill();
      await wait(random() * 500);
      await victim.restart();
      troubleUntil = performance.now() + 1500;
      await wait(3000);
    }
  };
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      next += 1;
      const id = next;
      const troubleBefore = performance.now() < troubleUntil;
      const killsBefore = kills;
      await storm.connection(id, port);
      const server = storm.actors.get(id)?.server;
      const patience = performance.now() + 20_000;
      while (server !== undefined && !server.socket.destroyed && performance.now() < patience)
        await wait(2);
      if (server !== undefined && !server.socket.destroyed)
        wrong.push(`${id}: the server side never ended`);
      const problem = storm.verdict(id, troubleBefore || kills > killsBefore);
      if (problem !== undefined && wrong.length < 20) wrong.push(problem);
    }
  };
  await Promise.all([killer(), ...Array.from({ length: options.atOnce }, worker)]);
  process.send?.({ kind: 'done', wrong, totals: storm.totals, kills });
  await new Promise<void>((resolve) => process.once('message', () => resolve()));
  process.exit(0);
}

const policies: readonly LoadBalancerPolicy[] = [
  { kind: 'least-request' },
  { kind: 'round-robin' },
  { kind: 'random' },
  { kind: 'ring-hash', minimumRingSize: 1024 },
];

function configFor(ports: readonly number[], random: () => number): ClusterConfig {
  const some = ports.filter(() => random() < 0.7);
  return {
    ...defaultClusterConfig,
    name: `outbound|9000|v${Math.floor(random() * 3)}|storm.default.svc.cluster.local`,
    endpoints: (some.length > 0 ? some : ports).map((port) => ({
      name: `10.0.0.1:${port}`,
      dial: { host: '127.0.0.1', port },
      healthy: random() < 0.9,
    })),
    loadBalancer: policies[Math.floor(random() * policies.length)] ?? { kind: 'random' },
    outlierDetection:
      random() < 0.5
        ? {
            ...defaultOutlierDetection,
            consecutive5xxErrors: 2,
            intervalMs: 100,
            baseEjectionTimeMs: 100,
            maxEjectionPercent: 50,
          }
        : undefined,
  };
}

async function runPlane(): Promise<void> {
  const reasons: Record<string, number> = {};
  const random = seeded(options.seed);
  const counted = { opened: 0, closed: 0, bytes: 0 };
  const plane = createDataPlane<string>({
    now: () => performance.now(),
    random,
    streams: process.env.SOAK_STREAMS === 'sockets' ? 'sockets' : 'handles',
    sink: (event) => {
      const reason = event.kind === 'closed' ? event.reason : event.kind;
      reasons[reason] = (reasons[reason] ?? 0) + 1;
      if (event.kind === 'opened') counted.opened += 1;
      if (event.kind !== 'closed') return;
      counted.closed += 1;
      counted.bytes += event.connection.bytesReceived + event.connection.bytesSent;
    },
  });
  const child = fork(fileURLToPath(import.meta.url), ['storm'], { stdio: 'inherit' });
  const said = (kind: FromStorm['kind']) =>
    new Promise<FromStorm>((resolve) => {
      child.on('message', (message: FromStorm) => message.kind === kind && resolve(message));
    });
  const hello = await said('backends');
  if (hello.kind !== 'backends') return;
  let config = configFor(hello.ports, random);
  let changes = 0;
  const changing = setInterval(() => {
    config = configFor(hello.ports, random);
    changes += 1;
    plane.forgetClusters(({ activeConnections }) => activeConnections > 0);
  }, 50);
  const listener = await plane.openListener({
    id: 'soak',
    host: '127.0.0.1',
    port: 0,
    decide: ({ remote }) => ({
      kind: 'forward',
      cluster: plane.cluster('client', config),
      hashKey: `${remote.port}`,
      route: 'soak',
      ...defaultLimits,
    }),
  });
  child.send(listener.address.port);
  const memory: { readonly rss: number; readonly heap: number }[] = [];
  const sampling = setInterval(
    () => {
      globalThis.gc?.();
      const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
      memory.push({ rss, heap: heapUsed + arrayBuffers });
    },
    (options.seconds * 1000) / 40,
  );
  const done = await said('done');
  clearInterval(changing);
  clearInterval(sampling);
  if (done.kind !== 'done') return;
  const wrong = [...done.wrong];
  const left = [...plane.connections()].length;
  await plane.drain(5_000);
  if (left > 0) wrong.push(`${left} connections were left open`);
  child.send('end');
  await new Promise((resolve) => child.once('exit', resolve));
  await wait(200);
  const still = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name));
  if (still.length > 0) wrong.push(`still active: ${still.join(' ')}`);
  if (counted.closed < counted.opened) wrong.push('fewer connections closed than opened');
  const active = [...plane.clusters()].reduce((sum, cluster) => sum + cluster.activeConnections, 0);
  if (active !== 0) wrong.push(`clusters count ${active} connections that are gone`);
  wrong.push(...growth(memory));
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    JSON.stringify({
      ...options,
      ...done.totals,
      kills: done.kills,
      changes,
      relayed: mib(counted.bytes),
      reasons,
    }),
  );
  console.log(
    `memory, rss: ${memory
      .filter((_, at) => at % 5 === 0)
      .map(({ rss }) => mib(rss))
      .join(' ')}`,
  );
  console.log(
    `memory, heap and buffers: ${memory
      .filter((_, at) => at % 5 === 0)
      .map(({ heap }) => mib(heap))
      .join(' ')}`,
  );
  for (const line of wrong) console.log(`WRONG ${line}`);
  console.log(wrong.length === 0 ? 'fine' : 'not fine');
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

/** Flat: the last quarter is not much above the second. */
function growth(memory: readonly { readonly rss: number; readonly heap: number }[]): string[] {
  const quarter = Math.floor(memory.length / 4);
  const middle = (field: 'rss' | 'heap', from: number): number => {
    const sorted = memory
      .slice(from, from + quarter)
      .map((sample) => sample[field])
      .sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  };
  const wrong: string[] = [];
  for (const field of ['rss', 'heap'] as const) {
    const [early, late] = [middle(field, quarter), middle(field, 3 * quarter)];
    if (late > early * 1.25 + 8 * 2 ** 20)
      wrong.push(`${field} grew from ${early} to ${late} bytes`);
  }
  return wrong;
}

await (process.argv[2] === 'storm' ? runStorm() : runPlane());
