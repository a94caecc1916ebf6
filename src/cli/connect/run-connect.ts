/** Standard input out, answers in, half-close at the end of input. */
import type { Socket } from 'node:net';
import { type HostPort, hostPortText, readAccount } from '../../control/index.ts';
import { accountBySocks } from '../../proxy/index.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import type { connectOptions } from '../options/connect.ts';
import { findRunningMesh } from '../running-meshes.ts';
import type { World } from '../world.ts';
import { answerTimeoutMs, type ConnectTo, dial, explainLine, noTarget } from './dial.ts';
import { Hello } from './hello.ts';

export async function run({
  world,
  options,
  operands,
}: Invocation<typeof connectOptions>): Promise<ExitCode> {
  const target = targetOf(operands);
  const timeoutMs = durationOption('--timeout', options.timeout ?? '10s');
  const hello = helloFor(options.sni);
  const { socket, plainAt } = await dial(world, options, target, timeoutMs);
  const own = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 };
  const { reset, received } = await relay(world, socket, hello);
  // Who had an answer was connected.
  if (received === 0) await sayIfUnconnected(world, options, own);
  if (hello?.answeredByTls === true) throw tlsAnswered(plainAt, options);
  if (reset === null) return 0;
  world.stderr.write(`tcpmesh: connect: ${reset}\n`);
  return 1;
}

/** Netcat takes the port as a word of its own. */
function targetOf(operands: readonly string[]): string {
  const [target, port, ...more] = operands;
  if (target === undefined || more.length > 0) throw noTarget(operands);
  if (port === undefined) return target;
  if (!/^\d{1,5}$/.test(port)) throw noTarget(operands);
  return hostPortText({ host: target, port: Number(port) });
}

/** Throws CannotDo with what the mesh says of a connection that it closed before it led anywhere. */
async function sayIfUnconnected(
  world: World,
  { from, mesh: name }: ConnectTo,
  own: HostPort,
): Promise<void> {
  const mesh = await findRunningMesh(world, name).catch(() => null);
  // A plain address may be another program's.
  if (mesh === null) return;
  const options = { proxy: mesh.socks, user: from ?? '-', ...own, timeoutMs: answerTimeoutMs };
  const account = readAccount(await accountBySocks(options).catch(() => ''));
  if (account === null) return;
  const { message, explain } = account;
  throw new CannotDo(
    `connect: ${message}`,
    explain.length === 0 || mesh.api === null ? '' : `The whole way: ${explainLine(mesh, explain)}`,
  );
}

/** Names of more than 253 characters are none (RFC 1035). */
function helloFor(sni: string | undefined): Hello | null {
  if (sni === undefined) return null;
  if (!/^[\w-]+(\.[\w-]+)*$/.test(sni) || sni.length > 253)
    throw new CannotDo(`--sni: ${sni} is no server name`, 'Write --sni a.example.com.');
  return new Hello(sni);
}

function tlsAnswered(plainAt: HostPort | null, { sni }: ConnectTo): CannotDo {
  return new CannotDo(
    'connect: a server with TLS answered: it was reached, and --sni speaks no more of TLS than the name',
    plainAt === null
      ? 'A program with TLS gets further through the SOCKS5 address that run prints.'
      : `What gets further: openssl s_client -connect ${hostPortText(plainAt)} -servername ${sni}`,
  );
}

/** reset: what the system says; null where the other side ended in order. received: bytes. */
type Relayed = { readonly reset: string | null; readonly received: number };

function relay(world: World, socket: Socket, hello: Hello | null): Promise<Relayed> {
  return new Promise((resolve) => {
    let reset: string | null = null;
    let received = 0;
    if (hello !== null) socket.write(hello.bytes);
    const stopListening = world.onSignal('SIGINT', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      const shown = hello === null ? chunk : hello.without(chunk);
      if (shown.length > 0) world.stdout.writeBytes(shown);
      if (hello?.answeredByTls === true) socket.destroy();
      // As a signal ends others whose reader is gone: an input without an end would keep it here for ever.
      if (world.stdout.closed) socket.destroy();
    });
    socket.on('error', (error) => {
      reset = error.message;
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      stopListening();
      if (hello !== null) world.stdout.writeBytes(hello.rest());
      world.stdin.close();
      resolve({ reset, received });
    });
    socket.resume();
    // Input that is closed under the reader has nothing more to say.
    send(world, socket).catch(() => {});
  });
}

async function send(world: World, socket: Socket): Promise<void> {
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
