/** --connections: the mesh makes connections to itself, and the exit code says whether their shares are what the rules say. */
import { connect, type Socket } from 'node:net';
import { parseAddress } from '../../address/index.ts';
import {
  type MadeConnections,
  parseHostPort,
  type RunningMesh,
  type ShareReport,
} from '../../control/index.ts';
import { dialSocks } from '../../proxy/index.ts';
import { CannotDo, type ExitCode } from '../command.ts';
import type { Ending } from './ending.ts';
import { OwnEnds } from './own-ends.ts';
import { connectTargets } from './say-ready.ts';
import type { Session } from './session.ts';

const atOnce = 32;
const timeoutMs = 10_000;

/** interrupted: before all of them were made; what was made until then still counts. */
export type ConnectionsMade = MadeConnections & { readonly interrupted: boolean };

/** Throws CannotDo where there is nothing to dial. */
export async function makeConnections(
  { invocation, running }: Session,
  count: number,
  ending: Ending,
): Promise<ConnectionsMade> {
  const { from, to } = invocation.options;
  const dial = dialFor(running, from, to);
  const ends = new OwnEnds(running, invocation.world.clock);
  const whys = new Map<string, number>();
  let made = 0;
  const worker = async (): Promise<void> => {
    while (made < count && !ending.over) {
      made += 1;
      const why = await oneConnection(dial, ends).catch((error: Error) => error.message);
      if (why !== null) whys.set(why, (whys.get(why) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  ends.close();
  const failures = [...whys].map(([why, connections]) => ({ connections, why }));
  failures.sort((a, b) => b.connections - a.connections);
  const failed = failures.reduce((sum, { connections }) => sum + connections, 0);
  return { connections: made, failed, failures, interrupted: ending.over };
}

/** 0: all connections succeeded and every rule's shares are as expected; 1: not so, or nothing was routed; 130: interrupted. */
export function codeFor(
  { failed, interrupted }: ConnectionsMade,
  shares: readonly ShareReport[],
): ExitCode {
  if (interrupted) return 130;
  const used = shares.filter(({ connections }) => connections > 0);
  return failed > 0 || used.length === 0 || used.some(({ verdict }) => verdict === 'off') ? 1 : 0;
}

type Dial = () => Promise<Socket>;

function dialFor(running: RunningMesh, from: string | undefined, to: string | undefined): Dial {
  const gateways = running.addresses().filter(({ purpose }) => purpose === 'gateway');
  const fits = ({ name, port }: (typeof gateways)[number]): boolean =>
    to === undefined || name === to || name.endsWith(`:${to}`) || String(port) === to;
  const target = to === undefined ? null : parseHostPort(to);
  if (from === undefined || target === null) {
    const [gateway, ...others] = gateways.filter(fits);
    if (from === undefined && gateway !== undefined && (others.length === 0 || to !== undefined)) {
      const { host, port } = gateway;
      return () => connected(connect({ host, port, allowHalfOpen: true, noDelay: true }));
    }
    if (from !== undefined || target === null)
      throw new CannotDo(
        '--connections: where to?',
        `Write --from NAMESPACE/WORKLOAD --to HOST:PORT, or --to with a gateway: ${gateways.map(({ name }) => name).join(', ') || 'there is none'}.`,
      );
  }
  const user = from ?? '-';
  const client = running.client(user);
  if (client === null)
    throw new CannotDo(
      `--from: no workload is called ${user}`,
      `Workloads are ${
        running
          .clients()
          .map(({ name }) => name)
          .join(', ') || 'none'
      }.`,
    );
  if (parseAddress(target.host) === null && !running.resolves(client, target.host))
    throw new CannotDo(
      `--to: the name ${target.host} does not resolve for ${client.name}`,
      `Names that do: ${names(running)}.`,
    );
  return () => dialSocks({ proxy: running.socksAddress, user, ...target, timeoutMs });
}

const namesMax = 10;

function names(running: RunningMesh): string {
  const all = connectTargets(running);
  const more = all.length - namesMax;
  return `${all.slice(0, namesMax).join(', ') || 'none'}${more > 0 ? ` and ${more} more` : ''}`;
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Says a line and reads to the end. Null where all went well, else why not. */
async function oneConnection(dial: Dial, ends: OwnEnds): Promise<string | null> {
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
    socket.end('tcpmesh\n');
    socket.resume();
  });
  const end = host === undefined || port === undefined ? null : await ends.of({ host, port });
  return end === null || end.reason === 'downstream-reset' ? trouble : (end.trouble ?? trouble);
}
