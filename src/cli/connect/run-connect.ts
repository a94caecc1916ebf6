/** Standard input out, answers in, half-close at the end of input. */

import { connect } from 'node:net';
import {
  type HostPort,
  hostPortText,
  isLoopback,
  parseHostPort,
  readAccount,
} from '../../control/index.ts';
import { accountBySocks, dialSocks } from '../../proxy/index.ts';
import { splitAtSlash } from '../../text/index.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import type { connectOptions } from '../options/connect.ts';
import { findRunningMesh, type RunningMeshState } from '../running-meshes.ts';
import type { World } from '../world.ts';

type Dialled = Awaited<ReturnType<typeof dialSocks>>;

export async function run({
  world,
  options,
  operands,
}: Invocation<typeof connectOptions>): Promise<ExitCode> {
  const [target, more] = operands;
  const to = target === undefined || more !== undefined ? null : parseHostPort(target);
  if (to === null)
    throw new CannotDo(
      target === undefined
        ? 'connect: where to?'
        : `connect: ${operands.join(' ')} is no host:port`,
      'Write tcpmesh connect echo-server:19000.',
    );
  const timeoutMs = durationOption('--timeout', options.timeout ?? '10s');
  const socket = isPlainAddress(to.host, options.from)
    ? await dialPlainly(to, timeoutMs)
    : await dialAsWorkload(world, options, to, timeoutMs);
  const own = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
  const { reset, received } = await relay(world, socket);
  // Who had an answer was connected.
  if (received === 0) await sayIfUnconnected(world, options, own);
  if (reset === null) return 0;
  world.stderr.write(`tcpmesh: connect: ${reset}\n`);
  return 1;
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
      resolve(socket);
    });
  });
}

async function dialAsWorkload(
  world: World,
  { from, mesh: name }: Invocation<typeof connectOptions>['options'],
  to: HostPort,
  timeoutMs: number,
): Promise<Dialled> {
  const mesh = await findRunningMesh(world, name);
  try {
    return await dialSocks({ proxy: mesh.socks, user: from ?? '-', ...to, timeoutMs });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw /: host-unreachable$/.test(message)
      ? unknownName(mesh, to, from)
      : new CannotDo(
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
function explainLine({ name }: RunningMeshState, options: readonly string[]): string {
  return ['tcpmesh', 'explain', '--mesh', name, ...options].map(shellWord).join(' ');
}

/** Long for a mesh on the same computer. */
const accountTimeoutMs = 2000;

/** Throws CannotDo with what the mesh says of a connection that it closed before it led anywhere. */
async function sayIfUnconnected(
  world: World,
  { from, mesh: name }: Invocation<typeof connectOptions>['options'],
  own: HostPort,
): Promise<void> {
  const mesh = await findRunningMesh(world, name).catch(() => null);
  // A plain address may be another program's.
  if (mesh === null) return;
  const options = { proxy: mesh.socks, user: from ?? '-', ...own, timeoutMs: accountTimeoutMs };
  const account = readAccount(await accountBySocks(options).catch(() => ''));
  if (account === null) return;
  const { message, explain } = account;
  throw new CannotDo(
    `connect: ${message}`,
    explain.length === 0 || mesh.api === null ? '' : `The whole way: ${explainLine(mesh, explain)}`,
  );
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** reset: what the system says; null where the other side ended in order. received: bytes. */
type Relayed = { readonly reset: string | null; readonly received: number };

function relay(world: World, socket: Dialled): Promise<Relayed> {
  return new Promise((resolve) => {
    let reset: string | null = null;
    let received = 0;
    const stopListening = world.onSignal('SIGINT', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      world.stdout.writeBytes(chunk);
      // As a signal ends others whose reader is gone: an input without an end would keep it here for ever.
      if (world.stdout.closed) socket.destroy();
    });
    socket.on('error', (error) => {
      reset = error.message;
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      stopListening();
      world.stdin.close();
      resolve({ reset, received });
    });
    socket.resume();
    // Input that is closed under the reader has nothing more to say.
    send(world, socket).catch(() => {});
  });
}

async function send(world: World, socket: Dialled): Promise<void> {
  for await (const chunk of world.stdin.chunks()) {
    if (socket.destroyed || socket.writableEnded) break;
    if (!socket.write(chunk))
      await new Promise<void>((resolve) => {
        const go = (): void => {
          socket.off('drain', go).off('close', go);
          resolve();
        };
        socket.on('drain', go).on('close', go);
      });
  }
  if (!socket.writableEnded) socket.end();
}
