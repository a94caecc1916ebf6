/** Standard input out, answers in, half-close at the end of input. */
import { connect } from 'node:net';
import { type HostPort, isLoopback, parseHostPort } from '../../control/index.ts';
import { dialSocks } from '../../proxy/index.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import type { connectOptions } from '../options/connect.ts';
import { findRunningMesh } from '../running-meshes.ts';
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
  return relay(world, socket);
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
    throw new CannotDo(
      `connect: ${error instanceof Error ? error.message : String(error)}`,
      `The mesh is ${mesh.name}; its services and workloads are in what it was started with.`,
    );
  }
}

/** 0 when the other side ended in order; 1 when the connection was reset. */
function relay(world: World, socket: Dialled): Promise<ExitCode> {
  return new Promise((resolve) => {
    let reset = false;
    const stopListening = world.onSignal('SIGINT', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => world.stdout.writeBytes(chunk));
    socket.on('error', (error) => {
      reset = true;
      world.stderr.write(`tcpmesh: connect: ${error.message}\n`);
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      stopListening();
      resolve(reset ? 1 : 0);
    });
    socket.resume();
    void send(world, socket);
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
