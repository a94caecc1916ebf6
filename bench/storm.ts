/**
 * Random connections whose every byte is known beforehand: sizes, pauses, half-closes and resets come from a seed, and what arrives is
 * compared with what was sent. Used by the tests (short) and by the soak (minutes).
 *
 * A connection that nobody broke must deliver all, both ways; a broken one a prefix. Bytes are a function of connection, side and
 * offset, so a lost, doubled or swapped byte cannot go unseen.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { resetSocket } from '../src/proxy/stream/reset-socket.ts';

/** Small, fast and the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Side = 'client' | 'server';
type Script = {
  readonly total: number;
  readonly largestWrite: number;
  /** After so many bytes the connection is reset; undefined: it ends well. */
  readonly resetAfter: number | undefined;
  /** Chance of a pause after a chunk that was read, and its length. */
  readonly slowness: number;
  readonly pauseMs: number;
  /** Reads nothing at first, while the other side may send more than the kernel holds. */
  readonly deafMs: number;
  /** Waits for the other side's end before it sends its own. */
  readonly endsLast: boolean;
};

const patternLength = 65_521;
const pattern = Buffer.alloc(2 * patternLength);
for (let index = 0, random = seeded(1); index < patternLength; index += 1)
  pattern[index] = Math.floor(random() * 256);
pattern.copy(pattern, patternLength, 0, patternLength);

const startOf = (id: number, side: Side): number =>
  (id * 7919 + (side === 'client' ? 0 : 31_337)) % patternLength;

function scriptFor(seed: number, id: number, side: Side): Script {
  const random = seeded(seed ^ Math.imul(id, 0x9e3779b1) ^ (side === 'client' ? 0 : 0x55555555));
  const magnitude =
    [0, 1, 100, 20_000, 300_000, 3_000_000, 16_000_000][Math.floor(random() * 7)] ?? 0;
  const total = Math.floor(random() * magnitude);
  return {
    total,
    largestWrite: 1 + Math.floor(random() * 150_000),
    resetAfter: random() < 0.12 ? Math.floor(random() * (total + 1)) : undefined,
    slowness: random() < 0.25 ? 0.3 : 0,
    pauseMs: 1 + Math.floor(random() * 15),
    deafMs: random() < 0.2 ? 100 + Math.floor(random() * 300) : 0,
    endsLast: random() < 0.3,
  };
}

const headerLength = 4;

/** One end of one connection, driven by its script. */
class Actor {
  readonly socket: Socket;
  readonly script: Script;
  readonly #id: number;
  readonly #side: Side;
  readonly #random: () => number;
  sent = 0;
  received = 0;
  sawEnd = false;
  broken: string | undefined;
  wrongAt: number | undefined;
  #ended = false;

  constructor(socket: Socket, seed: number, id: number, side: Side) {
    this.socket = socket;
    this.#id = id;
    this.#side = side;
    this.script = scriptFor(seed, id, side);
    this.#random = seeded(seed + id);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.broken ??= error.code ?? error.message;
    });
    socket.on('end', () => {
      this.sawEnd = true;
      if (this.sent === this.script.total) this.#end();
    });
  }

  read(chunk: Buffer): void {
    const from = startOf(this.#id, this.#side === 'client' ? 'server' : 'client');
    for (let at = 0; at < chunk.length; ) {
      const offset = (from + this.received) % patternLength;
      const length = Math.min(chunk.length - at, patternLength);
      const same = pattern.compare(chunk, at, at + length, offset, offset + length) === 0;
      if (!same) this.wrongAt ??= this.received;
      this.received += length;
      at += length;
    }
    if (this.script.slowness > 0 && this.#random() < this.script.slowness) {
      this.socket.pause();
      setTimeout(() => this.socket.resume(), this.script.pauseMs);
    }
  }

  start(): void {
    this.socket.on('data', (chunk: Buffer) => this.read(chunk));
    if (this.script.deafMs > 0) {
      this.socket.pause();
      setTimeout(() => this.socket.resume(), this.script.deafMs);
    }
    this.#send();
  }

  #send(): void {
    const { total, largestWrite, resetAfter, endsLast } = this.script;
    const from = startOf(this.#id, this.#side);
    const stop = resetAfter ?? total;
    while (this.sent < stop) {
      if (this.socket.destroyed || this.#ended) return;
      const length = Math.min(
        stop - this.sent,
        1 + Math.floor(this.#random() * largestWrite),
        patternLength,
      );
      const offset = (from + this.sent) % patternLength;
      this.sent += length;
      if (!this.socket.write(pattern.subarray(offset, offset + length))) {
        this.socket.once('drain', () => this.#send());
        return;
      }
    }
    if (resetAfter !== undefined) this.socket.resetAndDestroy();
    else if (!endsLast || this.sawEnd) this.#end();
    else this.#giveIn();
  }

  /** Two sides that both want to end last would wait for ever. */
  #giveIn(): void {
    const wait = setTimeout(() => this.#end(), 30);
    this.socket.once('close', () => clearTimeout(wait));
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.socket.end();
  }
}

export type Backend = {
  readonly port: number;
  /** Resets what is open and refuses what comes, until it is started again at the same port. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  readonly open: number;
};

export type Storm = {
  readonly actors: Map<number, { client?: Actor; server?: Actor }>;
  backend(): Promise<Backend>;
  /** One connection through `port`, to its end. */
  connection(id: number, port: number): Promise<void>;
  /** What is wrong with connection `id`, now that it has ended; and it is forgotten. `killed`: a backend may have died under it. */
  verdict(id: number, killed: boolean): string | undefined;
  readonly totals: { connections: number; bytes: number; clean: number; broken: number };
};

export function createStorm(seed: number): Storm {
  const actors: Storm['actors'] = new Map();
  const totals = { connections: 0, bytes: 0, clean: 0, broken: 0 };
  const entry = (id: number): { client?: Actor; server?: Actor } => {
    const known = actors.get(id) ?? {};
    actors.set(id, known);
    return known;
  };

  function serve(socket: Socket): void {
    socket.on('error', () => {});
    const header = (): void => {
      const bytes: Buffer | null = socket.read(headerLength);
      if (bytes === null || bytes.length < headerLength) return;
      socket.off('readable', header);
      const id = bytes.readUInt32BE();
      const actor = new Actor(socket, seed, id, 'server');
      entry(id).server = actor;
      actor.start();
    };
    socket.on('readable', header);
  }

  return {
    actors,
    totals,
    async backend() {
      const sockets = new Set<Socket>();
      const make = () =>
        createServer({ allowHalfOpen: true }, (socket) => {
          sockets.add(socket);
          socket.on('close', () => sockets.delete(socket));
          serve(socket);
        });
      let server = make().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      return {
        port,
        get open() {
          return sockets.size;
        },
        async kill() {
          server.close();
          for (const socket of sockets) resetSocket(socket);
          await once(server, 'close');
        },
        async restart() {
          server = make().listen(port, '127.0.0.1');
          await once(server, 'listening');
        },
      };
    },
    async connection(id, port) {
      totals.connections += 1;
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      const actor = new Actor(socket, seed, id, 'client');
      entry(id).client = actor;
      const closed = once(socket, 'close').catch(() => {});
      socket.once('connect', () => {
        const header = Buffer.alloc(headerLength);
        header.writeUInt32BE(id);
        socket.write(header);
        actor.start();
      });
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
      });
      await closed;
    },
    verdict(id, killed) {
      const { client, server } = entry(id);
      actors.delete(id);
      if (client === undefined) return `${id}: no client`;
      totals.bytes += client.received + (server?.received ?? 0);
      const wrong = client.wrongAt ?? server?.wrongAt;
      if (wrong !== undefined) return `${id}: a wrong byte after ${wrong}`;
      if (client.received > (server?.sent ?? 0)) return `${id}: more than the server sent`;
      if (server !== undefined && server.received > client.sent)
        return `${id}: more than the client sent`;
      const meantToBreak = [client, server].some((actor) => actor?.script.resetAfter !== undefined);
      if (meantToBreak || killed) {
        totals.broken += 1;
        return undefined;
      }
      totals.clean += 1;
      if (server === undefined)
        return `${id}: never came to a server (${client.broken ?? 'closed'})`;
      const whole =
        client.received === server.script.total && server.received === client.script.total;
      const well =
        client.sawEnd &&
        server.sawEnd &&
        client.broken === undefined &&
        server.broken === undefined;
      if (whole && well) return undefined;
      return (
        `${id}: client got ${client.received} of ${server.script.total} (${client.broken ?? 'ok'}, end ${client.sawEnd}), ` +
        `server got ${server.received} of ${client.script.total} (${server.broken ?? 'ok'}, end ${server.sawEnd})`
      );
    },
  };
}
