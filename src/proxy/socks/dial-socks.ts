/** The client's half of SOCKS 5: a socket to a name and port of the mesh, as a workload. */
import { connect, type Socket } from 'node:net';
import type { SocketAddress } from '../socket-address.ts';
import { commands, replyCodes } from './socks-messages.ts';

export type SocksDial = {
  readonly proxy: SocketAddress;
  readonly user: string;
  /** A name or an address; the proxy resolves names. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
};

const replyNames = new Map<number, string>(
  Object.entries(replyCodes).map(([name, code]) => [code, name]),
);

/** The socket is paused and allows half-close. Rejects with what the proxy answered, in words. */
export function dialSocks(options: SocksDial): Promise<Socket> {
  return request(options, commands.connect);
}

/** Long for an answer. */
const answerMax = 65536;

/** What the proxy says of the connection that host and port, an address of this process, had with it; '' where it knows nothing. */
export function accountBySocks(options: SocksDial): Promise<string> {
  return ask(options, commands.account);
}

/** What the proxy says of where a gateway listens; '' where it knows of none. */
export function gatewayBySocks({
  name,
  ...options
}: Omit<SocksDial, 'host' | 'port'> & { readonly name: string }): Promise<string> {
  return ask({ ...options, host: name, port: 0 }, commands.gateway);
}

async function ask(options: SocksDial, command: number): Promise<string> {
  const socket = await request(options, command);
  socket.setTimeout(options.timeoutMs, () => socket.destroy());
  let text = '';
  try {
    for await (const chunk of socket.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > answerMax) break;
    }
  } finally {
    socket.destroy();
  }
  return text;
}

async function request(
  { proxy, user, host, port, timeoutMs }: SocksDial,
  command: number,
): Promise<Socket> {
  const name = Buffer.from(host);
  const login = Buffer.from(user);
  if (name.length > 255 || login.length > 255)
    throw new Error('SOCKS takes names of at most 255 bytes');
  const socket = connect({
    host: proxy.host,
    port: proxy.port,
    allowHalfOpen: true,
    noDelay: true,
  });
  const deadline = setTimeout(
    () => socket.destroy(new Error(`no answer from the mesh at ${proxy.host}:${proxy.port}`)),
    timeoutMs,
  );
  try {
    // All at once: the server reads one message after the other.
    socket.write(Buffer.from([5, 1, 2]));
    socket.write(Buffer.concat([Buffer.from([1, login.length]), login, Buffer.from([0])]));
    socket.write(Buffer.from([5, command, 0, 3, name.length, ...name, port >> 8, port & 255]));
    const [, method] = await read(socket, 2);
    if (method !== 2) throw new Error('the proxy does not take a user name');
    const [, refused] = await read(socket, 2);
    if (refused !== 0) throw new Error(`there is no workload ${JSON.stringify(user)}`);
    const [, code = 1, , type] = await read(socket, 4);
    if (code !== 0)
      throw new Error(`${host}:${port}: ${replyNames.get(code) ?? `SOCKS error ${code}`}`);
    await read(socket, (type === 4 ? 16 : 4) + 2);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      const bytes: Buffer | null = socket.read(length);
      if (bytes === null || bytes.length < length) return;
      stop();
      resolve(bytes);
    };
    const ended = (): void => {
      stop();
      reject(new Error('the proxy closed the connection'));
    };
    const failed = (error: Error): void => {
      stop();
      reject(error);
    };
    const stop = (): void => {
      socket.off('readable', attempt).off('end', ended).off('close', ended).off('error', failed);
    };
    socket.on('readable', attempt).on('end', ended).on('close', ended).on('error', failed);
    attempt();
  });
}
