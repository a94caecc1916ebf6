/** What telnet and nc share: an address, a connection, bytes both ways until both sides have ended. */
import type { Duplex } from 'node:stream';
import { DialError, type ProgramContext, print } from './program.ts';

export type HostPort = { readonly host: string; readonly port: number };

/** `host port`, `host:port`, `[::1]:port`; undefined when it is none of them. */
export function parseHostPort(
  words: readonly string[],
  portDefault?: number,
): HostPort | undefined {
  const [first = '', second, ...rest] = words;
  if (rest.length > 0 || first === '') return undefined;
  const joined = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(first);
  if (second === undefined && joined !== null)
    return checked(joined[1] ?? joined[2] ?? '', joined[3] ?? '');
  const host = first.replace(/^\[|\]$/g, '');
  if (second === undefined)
    return portDefault === undefined ? undefined : { host, port: portDefault };
  return checked(host, second);
}

function checked(host: string, port: string): HostPort | undefined {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number >= 1 && number <= 65535 ? { host, port: number } : undefined;
}

/** The connection, or the exit code after saying why there is none. */
export async function connectOrSay(
  program: string,
  { host, port }: HostPort,
  context: ProgramContext,
): Promise<Duplex | number> {
  try {
    return await context.dial(host, port);
  } catch (error) {
    await print(context.stderr, `${program}: ${reason(error, host, port)}\n`);
    return 1;
  }
}

function reason(error: unknown, host: string, port: number): string {
  if (!(error instanceof DialError)) return `can't connect to remote host (${host}:${port})`;
  switch (error.failure) {
    case 'unknown-host':
      return `bad address '${host}'`;
    case 'refused':
      return `can't connect to remote host (${host}:${port}): Connection refused`;
    case 'timed-out':
      return `can't connect to remote host (${host}:${port}): Connection timed out`;
    case 'failed':
      return `can't connect to remote host (${host}:${port}): ${error.message}`;
  }
}

/** How long the other side may be silent after the input has ended. */
const lingerMs = 10_000;

/**
 * Input to the connection, answers to the output. The end of the input closes one half; the answers still come.
 * Gives 0 when the other side ended in order, 1 when it reset the connection, 130 when interrupted.
 */
export function exchange(socket: Duplex, context: ProgramContext): Promise<number> {
  const { stdin, stdout, signal } = context;
  return new Promise((resolve) => {
    let linger: NodeJS.Timeout | undefined;
    const finish = (code: number): void => {
      clearTimeout(linger);
      signal.removeEventListener('abort', interrupt);
      stdin.off('data', toSocket);
      stdin.off('end', endSocket);
      stdin.pause();
      socket.destroy();
      resolve(code);
    };
    const interrupt = (): void => finish(130);
    const toSocket = (chunk: Buffer): void => {
      if (socket.write(chunk)) return;
      stdin.pause();
      socket.once('drain', () => stdin.resume());
    };
    const wait = (): void => {
      clearTimeout(linger);
      linger = setTimeout(() => finish(0), lingerMs);
    };
    const endSocket = (): void => {
      socket.end();
      wait();
    };
    if (signal.aborted) return interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    socket.on('data', (chunk: Buffer) => {
      if (linger !== undefined) wait();
      socket.pause();
      void print(stdout, chunk).then((read) => (read ? socket.resume() : finish(1)));
    });
    socket.on('end', () => finish(0));
    socket.on('error', () => finish(1));
    socket.on('close', () => finish(0));
    stdin.on('data', toSocket);
    if (stdin.readableEnded) endSocket();
    else stdin.once('end', endSocket);
    stdin.resume();
  });
}
