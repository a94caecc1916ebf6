/** --connections: the mesh makes connections to itself, and the exit code says whether their shares are what the rules say. */
import { connect, type Socket } from 'node:net';
import {
  type ConnectionEnd,
  type MadeConnections,
  neededServerName,
  OwnEnds,
  policyLevels,
  type RunningMesh,
  type ShareReport,
  serverNameFromClient,
} from '../../control/index.ts';
import { clientHello, dialSocks } from '../../proxy/index.ts';
import { escapeControls } from '../../report/index.ts';
import type { ExitCode } from '../command.ts';
import type { ConnectionTarget } from './connection-target.ts';
import type { Ending } from './ending.ts';
import { FailureReasons } from './failure-reasons.ts';
import type { Session } from './session.ts';

const mostAtOnce = 32;
const timeoutMs = 10_000;

/** interrupted: before all of them were made; what was made until then still counts. */
export type ConnectionsMade = MadeConnections & { readonly interrupted: boolean };

export async function makeConnections(
  { invocation, running }: Session,
  count: number,
  target: ConnectionTarget,
  ending: Ending,
): Promise<ConnectionsMade> {
  const dial = dialFor(running, target);
  const { world, options } = invocation;
  const { parallel, sni = neededAt(running, target) } = options;
  if (sni !== null && options.sni === undefined) {
    const note = `each connection begins with a TLS client hello for ${sni}: nothing else is routed there`;
    running.notice('info', note);
    if (options.output !== 'view') world.stderr.write(`${escapeControls(note)}\n`);
  }
  const first = sni === null ? Buffer.from('tcpmesh\n') : clientHello(sni);
  const atOnce = parallel ?? Math.min(mostAtOnce, smallestPool(running));
  const ends = new OwnEnds(running, invocation.world.clock.after);
  const reasons = new FailureReasons();
  let made = 0;
  let passthrough = 0;
  const worker = async (): Promise<void> => {
    while (made < count && !ending.over) {
      made += 1;
      const { trouble, at, outcome } = await oneConnection(dial, first, ends).catch(
        (error: Error) => ({
          trouble: isOutOfDescriptors(error) ? noDescriptors : error.message,
          at: null,
          outcome: null,
        }),
      );
      if (trouble !== null) reasons.add(trouble, at);
      else if (outcome === 'passthrough') passthrough += 1;
    }
  };
  const quiet = options.output === 'view' ? () => {} : showProgress(world, () => made, count);
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
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
  { stderr, clock }: Session['invocation']['world'],
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

function dialFor(running: RunningMesh, target: ConnectionTarget): Dial {
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
  const limits = [...levels, mesh.config.defaultTrafficPolicy].flatMap(({ connectionPool }) => [
    connectionPool?.tcp?.maxConnections ?? 0,
    connectionPool?.http?.http1MaxPendingRequests ?? 0,
  ]);
  return Math.min(...limits.filter((limit) => limit > 0));
}

/** Says its first bytes and reads to the end. */
async function oneConnection(dial: Dial, first: Buffer, ends: OwnEnds): Promise<Made> {
  const socket = await dial();
  const { localAddress: host, localPort: port } = socket;
  const trouble = await new Promise<string | null>((resolve) => {
    let seen: string | null = null;
    socket.on('error', (error) => {
      seen ??= error.message;
    });
    socket.on('close', () => resolve(seen));
    socket.setTimeout(timeoutMs, () => {
      seen = `no answer to its end within ${timeoutMs / 1000} s`;
      socket.destroy();
    });
    socket.end(first);
    socket.resume();
  });
  const end = host === undefined || port === undefined ? null : await ends.of({ host, port });
  // The runtime closes what it cannot accept, often without an error that the client sees: the mesh knows nothing of it.
  if (end === null)
    return {
      trouble: `it was closed before the mesh took it: ${noDescriptors}`,
      at: null,
      outcome: null,
    };
  const { outcome, reason } = end;
  return reason === 'downstream-reset' || end.trouble === null
    ? { trouble, at: null, outcome }
    : { trouble: end.trouble, at: end.at, outcome };
}
