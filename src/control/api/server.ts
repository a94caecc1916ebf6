/**
 * The HTTP server of the API: loopback only, every request with the token and a Host that is this server's own,
 * every body, header, connection count and outgoing queue bounded.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { makeCertificate } from './certificate.ts';
import type { ApiContext } from './context.ts';
import { handle } from './handler.ts';
import type { ApiRequest } from './request.ts';
import { createRequestTimer } from './request-timer.ts';
import { fail, send } from './send-reply.ts';
import { ApiError } from './status.ts';

export type ServerLimits = {
  readonly bodyMax: number;
  readonly connectionsMax: number;
  /** Bytes that may wait for a slow client of a watch or log. */
  readonly queueMax: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
};

export const defaultLimits: ServerLimits = {
  bodyMax: 3 * 1024 * 1024,
  connectionsMax: 512,
  queueMax: 4 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
};

export type ApiServerOptions = {
  readonly context: ApiContext;
  /** 127.0.0.1 or ::1. */
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly token: string;
  readonly limits?: Partial<ServerLimits>;
  /** Resolves when connections follow what has been stored; a change is answered after it. */
  readonly settled?: () => Promise<void>;
  /** Takes a connection over: exec, attach, port-forward. Gives false for paths that are not its own. */
  readonly upgrade?: (
    request: ApiRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => boolean;
};

export type ApiServer = {
  /** `https://127.0.0.1:40123`; plain http works at the same port, for clients that send a token over it. */
  readonly url: string;
  /** PEM, to be trusted by clients of https. */
  readonly certificate: string;
  readonly close: () => Promise<void>;
};

const keepAliveMs = 60_000;
const base = 'http://localhost';
/** For a client to take what it was told. */
const lingerMs = 2000;

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const allowed = guard(options, () => addressOf(server).port);
  const certificate = makeCertificate(options.context.now(), options.host);
  const settings = { maxHeaderSize: 32 * 1024, keepAliveTimeout: keepAliveMs };
  const timer = createRequestTimer();
  const turn = turns();
  const answer = (message: IncomingMessage, response: ServerResponse): void => {
    timer.disarm(message.socket);
    response.once('close', () => timer.arm(message.socket, keepAliveMs));
    respond(message, response, options, limits, allowed, turn).catch(() => response.destroy());
  };
  const plain = createHttpServer(settings, answer);
  const secure = createHttpsServer(
    { ...settings, ...certificate, handshakeTimeout: limits.headersTimeoutMs },
    answer,
  );
  const sockets = new Set<Duplex>();
  plain.on('connection', (socket) => timer.arm(socket, limits.headersTimeoutMs));
  secure.on('secureConnection', (socket) => timer.arm(socket, limits.headersTimeoutMs));
  for (const one of [plain, secure])
    one.on('upgrade', (message, socket, head) => {
      timer.disarm(socket);
      socket.on('error', () => socket.destroy());
      takeOver(message, socket, head, options, allowed);
    });
  // Answers are small: held back for company they would wait for the acknowledgement of the handshake.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    sort(socket, plain, secure, limits.headersTimeoutMs);
  });
  server.maxConnections = limits.connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = addressOf(server);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `https://${host}:${port}`,
    certificate: certificate.cert,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** TLS and plain HTTP at one port: a TLS client's first byte is 22, which no HTTP method starts with. */
function sort(socket: Socket, plain: HttpServer, secure: HttpServer, timeoutMs: number): void {
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('data', (first: Buffer) => {
    clearTimeout(timer);
    socket.pause();
    socket.unshift(first);
    (first[0] === 22 ? secure : plain).emit('connection', socket);
    // The TLS layer takes the first bytes out of the paused socket on the next tick.
    setImmediate(() => socket.resume());
  });
}

/** Requests one after the other, and between two of them whatever else is to be done: connections of the mesh do not wait for all. */
function turns(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}

type Guard = (message: IncomingMessage) => ApiError | undefined;

/** A web page can reach loopback ports, but neither knows the token nor can it send a Host of ours under its own name. */
function guard({ token, host }: ApiServerOptions, port: () => number): Guard {
  const wanted = digest(token);
  return (message) => {
    const asked = message.headers.host ?? '';
    const own = [host, '127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port()}`);
    if (!own.includes(asked.toLowerCase()))
      return new ApiError(
        'Forbidden',
        `this server does not answer for the host ${JSON.stringify(asked)}`,
      );
    const given = /^Bearer (\S+)$/.exec(message.headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), wanted)
      ? undefined
      : new ApiError('Unauthorized', 'Unauthorized');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
  limits: ServerLimits,
  allowed: Guard,
  turn: () => Promise<void>,
): Promise<void> {
  try {
    const refused = allowed(message);
    if (refused !== undefined) throw refused;
    const head = requestHead(message);
    const body = await readWhole(message, limits);
    await turn();
    const reply = handle(options.context, { ...head, body });
    if (head.method !== 'GET') await options.settled?.();
    send(response, reply, limits);
  } catch (error) {
    fail(message, response, error);
  }
}

function requestHead(message: IncomingMessage): ApiRequest {
  const asked = message.url ?? '/';
  if (!URL.canParse(asked, base)) throw new ApiError('BadRequest', 'this is no path');
  const url = new URL(asked, base);
  return {
    method: message.method ?? 'GET',
    path: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeSegment),
    query: url.searchParams,
    accept: message.headers.accept ?? '',
    contentType: message.headers['content-type'] ?? '',
    userAgent: message.headers['user-agent'] ?? '',
    body: Buffer.alloc(0),
  };
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError('BadRequest', 'the path is not well encoded');
  }
}

function readWhole(message: IncomingMessage, limits: ServerLimits): Promise<Buffer> {
  const max = limits.bodyMax;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = (): void =>
      reject(new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${max}`));
    if (Number(message.headers['content-length'] ?? 0) > max) return tooLarge();
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > max) tooLarge();
      else chunks.push(chunk);
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', reject);
    const late = setTimeout(() => message.socket.destroy(), limits.bodyTimeoutMs);
    message.on('close', () => {
      clearTimeout(late);
      reject(new Error('the client left'));
    });
  });
}

function takeOver(
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: ApiServerOptions,
  allowed: Guard,
): void {
  try {
    const refused = allowed(message);
    if (refused !== undefined) throw refused;
    if (options.upgrade?.(requestHead(message), message, socket, head) !== true)
      throw new ApiError('NotFound', 'the server could not find the requested resource');
  } catch (error) {
    const known =
      error instanceof ApiError ? error : new ApiError('InternalError', 'Internal error occurred');
    const text = JSON.stringify(known.status);
    socket.end(
      `HTTP/1.1 ${known.code} ${String(known.status.reason)}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
    closeSoon(socket);
  }
}

/** Nobody reads such a socket any more, and so would never see its client leave. */
function closeSoon(socket: Duplex): void {
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  return typeof address === 'object' && address !== null
    ? address
    : { address: '', family: '', port: 0 };
}
