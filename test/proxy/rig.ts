/** Real sockets on loopback for the tests of the data plane: backends, clients, a seeded random, bounded waits. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach } from 'vitest';
import {
  type ClusterConfig,
  type ClusterEndpoint,
  createDataPlane,
  type DataPlane,
  type DataPlaneOptions,
  type Decide,
  defaultClusterConfig,
  defaultLimits,
  type Listener,
  type ProxyEvent,
  type SocketAddress,
} from '../../src/proxy/index.ts';

export type Route = { readonly rule: string };
export type Event = ProxyEvent<Route>;
export const transports = ['handles', 'sockets'] as const;
export type StreamKind = (typeof transports)[number];

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Small, fast and the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Polls until the condition holds; fails after the bound with what was waited for. */
export async function until(
  what: string,
  condition: () => boolean,
  boundMs = 10_000,
): Promise<void> {
  const end = performance.now() + boundMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${boundMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export type Rig = {
  readonly plane: DataPlane<Route>;
  readonly events: Event[];
  closed(): Extract<Event, { kind: 'closed' }>[];
  listen(decide: Decide<Route>): Promise<Listener>;
};

export function rig(streams: StreamKind, options: Partial<DataPlaneOptions<Route>> = {}): Rig {
  const events: Event[] = [];
  const plane = createDataPlane<Route>({
    now: () => performance.now(),
    random: seeded(1),
    sink: (event) => events.push(event),
    streams,
    ...options,
  });
  cleanups.push(async () => {
    await plane.drain(0);
  });
  return {
    plane,
    events,
    closed: () =>
      events.filter(
        (event): event is Extract<Event, { kind: 'closed' }> => event.kind === 'closed',
      ),
    listen: (decide) => plane.openListener({ id: 'test', host: '127.0.0.1', port: 0, decide }),
  };
}

export const endpointAt = (
  { port }: { readonly port: number },
  more: Partial<ClusterEndpoint> = {},
): ClusterEndpoint => ({
  name: `10.0.0.1:${port}`,
  dial: { host: '127.0.0.1', port },
  healthy: true,
  ...more,
});

export const clusterOf = (
  endpoints: readonly ClusterEndpoint[],
  more: Partial<ClusterConfig> = {},
): ClusterConfig => ({
  ...defaultClusterConfig,
  name: 'outbound|9000||echo.default.svc.cluster.local',
  endpoints,
  ...more,
});

/** A decider that sends everything to one cluster. */
export function forwardTo(
  { plane }: Pick<Rig, 'plane'>,
  config: ClusterConfig,
  more: {
    readonly hashKey?: string;
    readonly idleTimeoutMs?: number;
    readonly maxConnectionDurationMs?: number;
    readonly dialled?: ClusterEndpoint;
  } = {},
): Decide<Route> {
  return () => ({
    kind: 'forward',
    cluster: plane.cluster('client', config),
    hashKey: undefined,
    route: { rule: 'default/echo' },
    ...defaultLimits,
    ...more,
  });
}

/** A server for whatever `serve` does with its sockets; closed, sockets and all, at the end of the test. */
export async function backend(
  serve: (socket: Socket) => void,
): Promise<
  SocketAddress & { readonly sockets: Set<Socket>; readonly server: Server; kill(): void }
> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kill = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  cleanups.push(kill);
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, sockets, server, kill };
}

export const echoing = (socket: Socket): void => {
  socket.pipe(socket);
};

/** A port that nothing listens on. */
export async function deadPort(): Promise<SocketAddress> {
  const { host, port, server } = await backend(() => {});
  server.close();
  await once(server, 'close');
  return { host, port };
}

/** A port that listens and never accepts: its thread sleeps. */
export async function deafPort(): Promise<SocketAddress> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  cleanups.push(async () => {
    await worker.terminate();
  });
  const [port] = await once(worker, 'message');
  return { host: '127.0.0.1', port };
}

export type Client = {
  readonly socket: Socket;
  /** All that has come in. */
  received(): Buffer;
  /** Undefined while it is open. */
  ending(): 'end' | 'ECONNRESET' | string | undefined;
};

export async function client({ host, port }: SocketAddress): Promise<Client> {
  const socket = connect({ host, port, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  let ending: string | undefined;
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('end', () => {
    ending ??= 'end';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ending = error.code ?? error.message;
  });
  cleanups.push(() => {
    socket.destroy();
  });
  // A reset right after the accept may come before node says that it is connected.
  await once(socket, 'connect').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET') throw error;
  });
  return { socket, received: () => Buffer.concat(chunks), ending: () => ending };
}
