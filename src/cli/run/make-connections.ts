/** --connections: the mesh makes connections to itself, and the exit code says whether their shares are what the rules say. */
import { connect, type Socket } from 'node:net';
import { parseHostPort, type RunningMesh } from '../../control/index.ts';
import { dialSocks } from '../../proxy/index.ts';
import { CannotDo, type ExitCode } from '../command.ts';
import type { Ending } from './ending.ts';
import type { Session } from './session.ts';

const atOnce = 32;
const timeoutMs = 10_000;

/** 0: every rule's shares are as expected; 1: they are not, or nothing was routed; 130: interrupted before the end. */
export async function makeConnections(
  { invocation, running }: Session,
  count: number,
  ending: Ending,
): Promise<ExitCode> {
  const { from, to } = invocation.options;
  const dial = dialFor(running, from, to);
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0 && !ending.over) {
      left -= 1;
      await oneConnection(dial).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  if (ending.over) return 130;
  const shares = running.shares().filter(({ connections }) => connections > 0);
  return shares.length === 0 || shares.some(({ verdict }) => verdict === 'off') ? 1 : 0;
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
  if (running.client(user) === null)
    throw new CannotDo(
      `--from: no workload is called ${user}`,
      `Workloads are ${
        running
          .clients()
          .map(({ name }) => name)
          .join(', ') || 'none'
      }.`,
    );
  return () => dialSocks({ proxy: running.socksAddress, user, ...target, timeoutMs });
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Says a line and reads to the end. */
async function oneConnection(dial: Dial): Promise<void> {
  const socket = await dial();
  await new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.end('tcpmesh\n');
    socket.resume();
  });
}
