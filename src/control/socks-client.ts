/** The client's side of SOCKS5 with a user name (RFC 1928 and 1929): how `connect` and the library become a workload of a running mesh. */
import { connect, type Socket } from 'node:net';
import { parseAddress } from '../address/index.ts';

export type SocksDial = {
  readonly proxy: { readonly host: string; readonly port: number };
  /** The workload to connect as, `namespace/name`; '' for the mesh's own client. */
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** Milliseconds for the whole greeting. */
  readonly timeoutMs: number;
};

/** What the other side answered, or that it did not: `code` is the SOCKS reply where there was one. */
export class SocksError extends Error {
  readonly code: number | undefined;
  constructor(message: string, code?: number) {
    super(message);
    this.name = 'SocksError';
    this.code = code;
  }
}

const replies: Readonly<Record<number, string>> = {
  1: 'the mesh could not do it',
  2: 'not allowed',
  3: 'network unreachable',
  4: 'the mesh knows no such host',
  5: 'connection refused',
  7: 'not supported',
  8: 'no such kind of address',
};

/** Connects through the mesh. The socket is half-open capable, and holds every byte that came after the greeting. */
export function dialSocks(dial: SocksDial): Promise<Socket> {
  const user = Buffer.from(dial.user === '' ? '-' : dial.user);
  if (user.length > 255) return Promise.reject(new SocksError('the workload name is too long'));
  return new Promise((resolve, reject) => {
    const socket = connect({ ...dial.proxy, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(
      () => fail(new SocksError('the mesh did not answer in time')),
      dial.timeoutMs,
    );
    let received = Buffer.alloc(0);
    const steps = greeting(user, requestFor(dial.host, dial.port));
    let step = steps.shift();
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const onEnd = (): void => fail(new SocksError('the mesh closed the connection'));
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      while (step !== undefined) {
        const taken = step.read(received);
        if (taken === undefined) return;
        if (taken instanceof SocksError) return fail(taken);
        received = received.subarray(taken);
        step = steps.shift();
        if (step !== undefined) socket.write(step.send);
      }
      clearTimeout(timer);
      socket.off('data', onData).off('error', fail).off('end', onEnd).pause();
      if (received.length > 0) socket.unshift(received);
      resolve(socket);
    };
    socket.on('data', onData).on('error', fail).on('end', onEnd);
    socket.once('connect', () => socket.write(step?.send ?? Buffer.alloc(0)));
  });
}

type GreetingStep = {
  readonly send: Buffer;
  /** How many bytes the answer took; undefined: more are needed. */
  readonly read: (answer: Buffer) => number | undefined | SocksError;
};

function greeting(user: Buffer, request: Buffer): GreetingStep[] {
  return [
    {
      send: Buffer.from([5, 1, 2]),
      read: (answer) => {
        if (answer.length < 2) return undefined;
        return answer[0] === 5 && answer[1] === 2 ? 2 : new SocksError('this is no tcpmesh');
      },
    },
    {
      send: Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([1, 0x2d])]),
      read: (answer) => {
        if (answer.length < 2) return undefined;
        return answer[1] === 0 ? 2 : new SocksError('the mesh knows no such workload');
      },
    },
    { send: request, read: readReply },
  ];
}

function readReply(answer: Buffer): number | undefined | SocksError {
  if (answer.length < 5) return undefined;
  const code = answer[1] ?? 1;
  if (code !== 0) return new SocksError(replies[code] ?? `refused with code ${code}`, code);
  const kind = answer[3];
  const length = kind === 1 ? 4 : kind === 4 ? 16 : 1 + (answer[4] ?? 0);
  const whole = 4 + length + 2;
  return answer.length < whole ? undefined : whole;
}

function requestFor(host: string, port: number): Buffer {
  const head = Buffer.from([5, 1, 0]);
  const tail = Buffer.from([port >> 8, port & 0xff]);
  const address = parseAddress(host);
  if (address !== null) {
    const width = address.family === 4 ? 8 : 32;
    const bytes = Buffer.from(address.bits.toString(16).padStart(width, '0'), 'hex');
    return Buffer.concat([head, Buffer.from([address.family === 4 ? 1 : 4]), bytes, tail]);
  }
  const name = Buffer.from(host);
  return Buffer.concat([head, Buffer.from([3, name.length]), name, tail]);
}
