/**
 * A workload that is an echo server on loopback, as Istio's tcp-echo-server: it answers each line with its prefix, a space and the
 * line. It can be given a fault while it runs.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { SocketAddress } from '../socket-address.ts';
import { resetSocket } from '../stream/reset-socket.ts';
import { Delayed } from './delayed.ts';
import { EchoLines } from './echo-lines.ts';
import { type LogLine, LogRing } from './log-ring.ts';

/**
 * kill: nobody listens any more and open connections are reset; reset: a connection is reset at its first bytes; delay: every answer
 * comes so much later.
 */
export type WorkloadFault =
  | { readonly kind: 'kill' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly delayMs: number };

export type EchoOptions = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly prefix: string;
  /** Milliseconds since the epoch, for the log. */
  readonly wallClock: () => number;
  /** Where several ports write one log, as the containers of a pod do. */
  readonly log?: LogRing | undefined;
};

export type EchoCounters = {
  readonly accepted: number;
  readonly open: number;
  readonly lines: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
};

const mostWaiting = 4 * 1024 * 1024;

export class EchoWorkload {
  readonly prefix: string;
  readonly #options: EchoOptions;
  readonly #log: LogRing;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #address: SocketAddress;
  #fault: WorkloadFault | undefined;
  #counters = { accepted: 0, lines: 0, bytesReceived: 0, bytesSent: 0 };

  /** Rejects with the system's error where the address cannot be had. */
  static async open(options: EchoOptions): Promise<EchoWorkload> {
    const workload = new EchoWorkload(options);
    await workload.#listen();
    return workload;
  }

  private constructor(options: EchoOptions) {
    this.#options = options;
    this.prefix = options.prefix;
    this.#log = options.log ?? new LogRing();
    this.#address = { host: options.host, port: options.port };
  }

  get address(): SocketAddress {
    return this.#address;
  }

  get fault(): WorkloadFault | undefined {
    return this.#fault;
  }

  get counters(): EchoCounters {
    return { ...this.#counters, open: this.#sockets.size };
  }

  log(): readonly LogLine[] {
    return this.#log.lines();
  }

  /** undefined: healthy again. After a kill it listens at the same address again, if that can still be had. */
  async setFault(fault: WorkloadFault | undefined): Promise<void> {
    this.#fault = fault;
    if (fault?.kind === 'kill') await this.#stop();
    else if (this.#server === undefined) await this.#listen();
  }

  async close(): Promise<void> {
    await this.#stop();
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        this.#serve(socket),
      );
      server.once('error', reject);
      server.listen({ ...this.#address, backlog: 1024 }, () => {
        server.off('error', reject);
        server.on('error', (error) => this.#note(`accept: ${error.message}`));
        const bound = server.address();
        if (bound !== null && typeof bound !== 'string')
          this.#address = { host: bound.address, port: bound.port };
        this.#server = server;
        this.#note(
          `listening on ${this.#address.host}:${this.#address.port}, prefix: ${this.prefix}`,
        );
        resolve();
      });
    });
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) resetSocket(socket);
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#counters.accepted += 1;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    const delayed = new Delayed(() => performance.now());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      delayed.stop();
    });
    const lines = new EchoLines(this.prefix);
    const seen = (line: Buffer): void => {
      const text = line.toString('utf8', 0, 1024).replace(/\r?\n$/, '');
      this.#note(`request: ${text}`);
      this.#note(`response: ${this.prefix} ${text}`);
    };
    socket.on('data', (chunk: Buffer) => {
      // Not sooner: a reset right after the accept can look like a connect that failed.
      if (this.#fault?.kind === 'reset') {
        resetSocket(socket);
        return;
      }
      this.#counters.bytesReceived += chunk.length;
      const before = lines.lines;
      const answer = lines.take(chunk, seen);
      this.#counters.lines += lines.lines - before;
      this.#afterDelay(delayed, socket, answer.length, () => this.#answer(socket, answer));
    });
    socket.on('end', () => {
      const answer = lines.end(seen);
      if (answer.length > 0) this.#counters.lines += 1;
      this.#afterDelay(delayed, socket, answer.length, () => {
        this.#answer(socket, answer);
        socket.end();
      });
    });
  }

  /** So much waits at most: then nothing more is read until some of it is sent. */
  #afterDelay(delayed: Delayed, socket: Socket, bytes: number, then: () => void): void {
    const delayMs = this.#fault?.kind === 'delay' ? this.#fault.delayMs : 0;
    if (delayMs === 0 && delayed.isEmpty) {
      then();
      return;
    }
    delayed.add(delayMs, bytes, () => {
      if (delayed.held < mostWaiting) socket.resume();
      then();
    });
    if (delayed.held >= mostWaiting) socket.pause();
  }

  #answer(socket: Socket, answer: Buffer): void {
    if (answer.length === 0) return;
    this.#counters.bytesSent += answer.length;
    if (socket.write(answer)) return;
    socket.pause();
    socket.once('drain', () => socket.resume());
  }

  #note(text: string): void {
    this.#log.add(this.#options.wallClock(), text);
  }
}
