/** --connections against a server that keeps its side open, on a clock that goes when the test says so. */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Ending } from '../../src/cli/run/ending.ts';
import { type Maker, makeConnections } from '../../src/cli/run/make-connections.ts';
import type { RunningMesh } from '../../src/control/index.ts';
import { startMesh } from '../control/start-mesh.ts';
import { fakeWorld } from './fake-world.ts';

const sample = readFileSync(new URL('../../samples/tcp-echo-20-v2.yaml', import.meta.url), 'utf8');
const count = 3;

let server: Server;
let running: RunningMesh;
let heard: Socket[];

beforeEach(async () => {
  heard = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {}).resume();
    socket.on('data', () => socket.write('heard\n'));
    socket.on('end', () => heard.push(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const names = ['default/tcp-echo-v1', 'default/tcp-echo-v2'];
  running = await startMesh(sample, 1, {
    standIns: true,
    backends: new Map(names.map((name) => [name, { host: '127.0.0.1', port }])),
  });
});

afterEach(async () => {
  await running.stop(0);
  for (const socket of heard) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** The connections, and the times that they wait for: each goes off when it is called. */
function making(longestDelayMs: number, ending: Ending) {
  const { world } = fakeWorld(['run']);
  const waits: { ms: number; over: () => void }[] = [];
  const after = (ms: number, over: () => void) => {
    const wait = { ms, over };
    waits.push(wait);
    return () => void waits.splice(waits.indexOf(wait), 1);
  };
  const maker: Maker = {
    invocation: {
      world: { ...world, clock: { ...world.clock, after } },
      options: { output: 'json', parallel: undefined, sni: undefined },
    },
    running,
    longestDelayMs,
  };
  const target = { kind: 'gateway', listener: 'istio-system/istio-ingressgateway:31400' } as const;
  return { made: makeConnections(maker, count, target, ending), waits };
}

it.each([
  [0, 10],
  [12_000, 22],
])('says that there was no end in time, where a delay is %d ms', async (delayMs, seconds) => {
  const { made, waits } = making(delayMs, new Ending());
  await vi.waitUntil(() => heard.length === count, { timeout: 20_000 });
  for (const { ms, over } of [...waits]) {
    expect(ms).toBe(seconds * 1000);
    over();
  }
  expect(await made).toEqual({
    connections: count,
    failed: count,
    failures: [
      {
        connections: count,
        why: expect.stringMatching(
          new RegExp(`^no answer to its end within ${seconds} s \\(10\\.[\\d.]+:9000\\b.*\\)$`),
        ),
      },
    ],
    interrupted: false,
  });
});

it('is not kept from its end by what is under way', async () => {
  const ending = new Ending();
  const { made } = making(0, ending);
  await vi.waitUntil(() => heard.length === count, { timeout: 20_000 });
  ending.now();
  expect(await made).toMatchObject({ connections: count, failed: 0, interrupted: true });
});
