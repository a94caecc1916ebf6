/** The way to what `connect` was told: a gateway or another address of this computer, or what a workload dials. */
import { connect, type Socket } from 'node:net';
import {
  type GatewayAnswer,
  type HostPort,
  hostPortText,
  isLoopback,
  parseHostPort,
  readGatewayAnswer,
} from '../../control/index.ts';
import { dialSocks, gatewayBySocks } from '../../proxy/index.ts';
import { splitAtSlash } from '../../text/index.ts';
import { CannotDo, type Invocation } from '../command.ts';
import type { connectOptions } from '../options/connect.ts';
import { findRunningMesh, type RunningMeshState } from '../running-meshes.ts';
import { shellWord } from '../shell-word.ts';
import type { World } from '../world.ts';

/** Long for a mesh on the same computer. */
export const answerTimeoutMs = 2000;

/** plainAt: where, of a connection that no sidecar is on the way of. */
export type Dialled = { readonly socket: Socket; readonly plainAt: HostPort | null };

export type ConnectTo = Invocation<typeof connectOptions>['options'];

export function noTarget(operands: readonly string[]): CannotDo {
  return new CannotDo(
    operands.length === 0 ? 'connect: where to?' : `connect: ${operands.join(' ')} is no host:port`,
    'Write tcpmesh connect echo-server:19000, or the port of a gateway.',
  );
}

export function dial(
  world: World,
  options: ConnectTo,
  target: string,
  timeoutMs: number,
): Promise<Dialled> {
  const to = parseHostPort(target);
  // No name of a service has a slash in it.
  if (target.includes('/') || /^\d{1,5}$/.test(target)) {
    if (options.from !== undefined)
      throw new CannotDo(
        `connect: ${target} is no host:port, which a workload dials`,
        'Leave out --from to connect to a gateway from outside.',
      );
    return dialGateway(world, options, target, timeoutMs);
  }
  if (to === null) throw noTarget([target]);
  return isPlainAddress(to.host, options.from)
    ? dialPlainly(to, timeoutMs)
    : dialAsWorkload(world, options, to, timeoutMs);
}

async function dialGateway(
  world: World,
  { mesh: name }: ConnectTo,
  target: string,
  timeoutMs: number,
): Promise<Dialled> {
  const mesh = await findRunningMesh(world, name);
  const answer = await askForGateway(mesh, target);
  if (answer === null)
    throw new CannotDo(
      `connect: the mesh ${mesh.name} does not tell where its gateways listen`,
      'Is it of this version of tcpmesh?',
    );
  if (answer.at !== null) return dialPlainly(answer.at, timeoutMs);
  throw new CannotDo(`connect: ${answer.missing.message}`, answer.missing.remedy);
}

/** Null where it gives no answer. */
async function askForGateway(
  { socks }: RunningMeshState,
  name: string,
): Promise<GatewayAnswer | null> {
  const asked = { proxy: socks, user: '-', name, timeoutMs: answerTimeoutMs };
  return readGatewayAnswer(await gatewayBySocks(asked).catch(() => ''));
}

/** An address of this computer is a gateway's, or a published one: nobody's sidecar is on the way. */
function isPlainAddress(host: string, from: string | undefined): boolean {
  return from === undefined && (host === 'localhost' || isLoopback(host));
}

function dialPlainly({ host, port }: HostPort, timeoutMs: number): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(
        new CannotDo(
          `connect: ${error.message}`,
          'The lines after `ready` of tcpmesh run say where it listens.',
        ),
      );
    };
    socket.once('error', fail);
    socket.setTimeout(timeoutMs, () => fail(new Error('no answer in time')));
    socket.once('connect', () => {
      socket.off('error', fail).setTimeout(0);
      resolve({ socket, plainAt: { host, port } });
    });
  });
}

async function dialAsWorkload(
  world: World,
  { from, mesh: name }: ConnectTo,
  to: HostPort,
  timeoutMs: number,
): Promise<Dialled> {
  const mesh = await findRunningMesh(world, name);
  try {
    const asked = { proxy: mesh.socks, user: from ?? '-', ...to, timeoutMs };
    return { socket: await dialSocks(asked), plainAt: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/: host-unreachable$/.test(message)) {
      const answer = from === undefined ? await askForGateway(mesh, hostPortText(to)) : null;
      if (answer !== null && answer.at !== null) return dialPlainly(answer.at, timeoutMs);
      throw unknownName(mesh, to, from);
    }
    throw new CannotDo(
      `connect: ${message}`,
      /no workload/.test(message) ? workloadsOf(mesh) : `The mesh is ${mesh.name}.`,
    );
  }
}

function workloadsOf({ name, api }: RunningMeshState): string {
  return api === null
    ? `The mesh is ${name}; its services and workloads are in what it was started with.`
    : `Its workloads: tcpmesh get pods -A --mesh ${shellWord(name)}; NAMESPACE/client is one without labels.`;
}

function unknownName(mesh: RunningMeshState, { host, port }: HostPort, from = ''): CannotDo {
  const [namespace = 'default'] = splitAtSlash(from);
  const asked = ['--src-ns', namespace, '--host', host, '--port', String(port)];
  return new CannotDo(
    `connect: ${hostPortText({ host, port })}: the name ${host} does not resolve in namespace ${namespace}`,
    mesh.api === null
      ? `The mesh is ${mesh.name}; its services are in what it was started with.`
      : `Names that do: ${explainLine(mesh, asked)}`,
  );
}

/** The question that leads to the whole answer. */
export function explainLine({ name }: RunningMeshState, options: readonly string[]): string {
  return ['tcpmesh', 'explain', '--mesh', name, ...options].map(shellWord).join(' ');
}
