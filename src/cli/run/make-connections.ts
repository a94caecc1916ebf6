/** --connections: the mesh makes connections to itself, and the exit code says whether their shares are what the rules say. */

import { connect, type Socket } from 'node:net';
import {
  type ConnectionEnd,
  hostPortText,
  type MadeConnections,
  neededServerName,
  OwnEnds,
  type RunningMesh,
  type ShareReport,
  serverNameFromClient,
} from '../../control/index.ts';
import { clientHello, dialSocks, type SocketAddress } from '../../proxy/index.ts';
import { escapeControls } from '../../report/index.ts';
import { policyLevels } from '../../resource/index.ts';
import type { ExitCode } from '../command.ts';
import { longestTimerMs } from '../duration-option.ts';
import type { Clock, World } from '../world.ts';
import type { ConnectionTarget } from './connection-target.ts';
import type { Ending } from './ending.ts';
import { FailureReasons } from './failure-reasons.ts';
import type { RunInvocation, Session } from './session.ts';

const mostAtOnce = 32;
/** A connection to a server without a delay may take so long, end included. */
const patienceMs = 10_000;

/** interrupted: before all of them were made; what was made until then still counts. */
export type ConnectionsMade = MadeConnections & { readonly interrupted: boolean };

/** What it needs of a session. */
export type Maker = Pick<Session, 'running' | 'longestDelayMs'> & {
  readonly invocation: {
    readonly world: Pick<World, 'clock' | 'stderr'>;
    readonly options: Pick<RunInvocation['options'], 'output' | 'parallel' | 'sni'>;
  };
};

export async function makeConnections(
  { invocation, running, longestDelayMs }: Maker,
  count: number,
  target: ConnectionTarget,
  ending: Ending,
): Promise<ConnectionsMade> {
  const limitMs = Math.min(longestTimerMs, patienceMs + longestDelayMs);
  const dial = dialFor(running, target, limitMs);
  const { world, options } = invocation;
  const { parallel, sni = neededAt(running, target) } = options;
  if (sni !== null && options.sni === undefined) {
    const note = `each connection begins with a TLS client hello for ${sni}: nothing else is routed there`;
    running.notice('info', note);
    if (options.output !== 'view') world.stderr.write(`${escapeControls(note)}\n`);
  }
  const first = sni === null ? Buffer.from('tcpmesh\n') : clientHello(sni);
  const atOnce = parallel ?? Math.min(mostAtOnce, smallestPool(running));
  const { after } = world.clock;
  const ends = new OwnEnds(running, after);
  const making: Making = { running, dial, first, ends, after, limitMs };
  const reasons = new FailureReasons();
  let made = 0;
  let passthrough = 0;
  const worker = async (): Promise<void> => {
    while (made < count && !ending.over) {
      made += 1;
      const { trouble, at, outcome } = await oneConnection(making).catch((error: Error) => ({
        trouble: isOutOfDescriptors(error) ? noDescriptors : error.message,
        at: null,
        outcome: null,
      }));
      if (trouble !== null) reasons.add(trouble, at);
      else if (outcome === 'passthrough') passthrough += 1;
    }
  };
  const quiet = options.output === 'view' ? () => {} : showProgress(world, () => made, count);
  const workers = Array.from({ length: Math.min(atOnce, count) }, worker);
  // What is under way then ends as other connections do: in the drain of the mesh.
  await Promise.race([Promise.all(workers), ending.reached]);
  quiet();
  ends.close();
  const failures = reasons.all();
  const failed = failures.reduce((sum, { connections }) => sum + connections, 0);
  return {
    connections: made,
    failed,
    failures,
    ...(passthrough === 0 ? {} : { passthrough }),
    interrupted: ending.over,
  };
}

const progressMs = 500;

/** On a terminal that shows nothing else, a line that says how far it is; the returned function wipes it. */
function showProgress(
  { stderr, clock }: Maker['invocation']['world'],
  made: () => number,
  count: number,
): () => void {
  if (!stderr.isTTY) return () => {};
  let cancel = (): void => {};
  let shown = false;
  const again = (): void => {
    cancel = clock.after(progressMs, () => {
      shown = true;
      stderr.offer(`\r${made()} of ${count} connections\u001b[K`);
      again();
    });
  };
  again();
  return () => {
    cancel();
    if (shown) stderr.offer('\r\u001b[K');
  };
}

/** 0: all connections succeeded and every rule's shares are as expected; 1: not so, or none led anywhere; 130: interrupted. */
export function codeFor(
  { failed, interrupted, passthrough = 0 }: ConnectionsMade,
  shares: readonly ShareReport[],
): ExitCode {
  if (interrupted) return 130;
  const used = shares.filter(({ connections }) => connections > 0);
  return failed > 0 ||
    used.length + passthrough === 0 ||
    used.some(({ verdict }) => verdict === 'off')
    ? 1
    : 0;
}

const noDescriptors = 'no file descriptors are left (more with ulimit -n)';

function isOutOfDescriptors(error: Error): boolean {
  return 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

type Dial = () => Promise<Socket>;

function dialFor(running: RunningMesh, target: ConnectionTarget, timeoutMs: number): Dial {
  if (target.kind === 'client') {
    const { user, host, port } = target;
    return () => dialSocks({ proxy: running.socksAddress, user, host, port, timeoutMs });
  }
  const address = running.addresses().find(({ name }) => name === target.listener);
  if (address === undefined) throw new Error(`${target.listener} is not open`);
  const { host, port } = address;
  return () => connected(connect({ host, port, allowHalfOpen: true, noDelay: true }));
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** trouble: null where all went well. */
type Made = Pick<ConnectionEnd, 'outcome' | 'trouble' | 'at'>;

/** The server name without which nothing is routed there; null where none is needed. */
function neededAt(running: RunningMesh, target: ConnectionTarget): string | null {
  if (target.kind === 'client') {
    const client = running.client(target.user);
    return client === null ? null : serverNameFromClient(running, client, target);
  }
  const address = running.addresses().find(({ name }) => name === target.listener);
  return address === undefined ? null : neededServerName(running, address);
}

/** So many may be open to any cluster of the mesh: more would be refused for there being several at once, whatever the rules are. */
function smallestPool({ snapshot: { mesh } }: RunningMesh): number {
  const levels = mesh.destinationRules.all.flatMap(({ resource }) => policyLevels(resource));
  const policies = [...levels.map(({ settings }) => settings), mesh.config.defaultTrafficPolicy];
  const limits = policies.flatMap(({ connectionPool }) => [
    connectionPool?.tcp?.maxConnections ?? 0,
    connectionPool?.http?.http1MaxPendingRequests ?? 0,
  ]);
  return Math.min(...limits.filter((limit) => limit > 0));
}

type Making = {
  readonly running: RunningMesh;
  readonly dial: Dial;
  readonly first: Buffer;
  readonly ends: OwnEnds;
  readonly after: Clock['after'];
  readonly limitMs: number;
};

/** Says its first bytes and reads to the end. */
async function oneConnection(making: Making): Promise<Made> {
  const { running, dial, ends, limitMs } = making;
  const socket = await dial();
  const own = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
  const heard = await talk(socket, making);
  if (heard === 'late') return lateAt(limitMs, endpointOf(running, own));
  const end = await ends.of(own);
  // The runtime closes what it cannot accept, often without an error that the client sees: the mesh knows nothing of it.
  if (end === null)
    return {
      trouble: `it was closed before the mesh took it: ${noDescriptors}`,
      at: null,
      outcome: null,
    };
  const { outcome, reason } = end;
  return reason === 'downstream-reset' || end.trouble === null
    ? { trouble: heard?.message ?? null, at: null, outcome }
    : { trouble: end.trouble, at: end.at, outcome };
}

/** Null where it was closed in order. */
function talk(socket: Socket, { first, after, limitMs }: Making): Promise<Error | 'late' | null> {
  return new Promise((resolve) => {
    let seen: Error | null = null;
    const cancel = after(limitMs, () => {
      resolve('late');
      socket.destroy();
    });
    socket.on('error', (error) => {
      seen ??= error;
    });
    socket.on('close', () => {
      cancel();
      resolve(seen);
    });
    socket.end(first);
    socket.resume();
  });
}

/** The mesh says nothing of it yet: to a server that keeps its side open the connection lasts. */
function lateAt(limitMs: number, endpoint: string | null): Made {
  const trouble = `no answer to its end within ${limitMs / 1000} s`;
  return endpoint === null
    ? { trouble, at: null, outcome: null }
    : { trouble: `${trouble} (${endpoint})`, at: endpoint, outcome: null };
}

function endpointOf({ plane }: RunningMesh, own: SocketAddress): string | null {
  const client = hostPortText(own);
  for (const { remote, endpoint } of plane.connections())
    if (hostPortText(remote) === client) return endpoint ?? null;
  return null;
}
