/** How the mesh says that connections ended which were made from this process, each known by its own address. */
import type { SocketAddress } from '../proxy/index.ts';
import type { ConnectionEnd } from './connection-end.ts';
import { hostPortText } from './mesh-address.ts';
import type { RunningMesh } from './running-mesh.ts';

/** Calls back once after so many milliseconds unless the returned function is called before. */
type After = (ms: number, callback: () => void) => () => void;

/** Long for what happens in the same process. */
const waitMs = 2000;
/** Ends that nobody asked for yet: of connections that others made, mostly. */
const unaskedMax = 1024;

export class OwnEnds {
  readonly #ended = new Map<string, ConnectionEnd>();
  readonly #waiting = new Map<string, (end: ConnectionEnd | null) => void>();
  readonly #stop: () => void;
  readonly #after: After;
  #closed = false;

  constructor(running: Pick<RunningMesh, 'onConnectionEnd'>, after: After) {
    this.#after = after;
    this.#stop = running.onConnectionEnd((end) => this.#take(end));
  }

  #take(end: ConnectionEnd): void {
    const client = hostPortText(end.client);
    const asked = this.#waiting.get(client);
    if (asked !== undefined) {
      asked(end);
      return;
    }
    // Ports come round again: the last one counts, and the oldest goes first.
    this.#ended.delete(client);
    this.#ended.set(client, end);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= unaskedMax) break;
      this.#ended.delete(oldest);
    }
  }

  /** Who waits learns nothing more. */
  close(): void {
    this.#closed = true;
    this.#stop();
    for (const done of [...this.#waiting.values()]) done(null);
  }

  /** To be asked once the connection is closed on this side. Null where the mesh says nothing of it. */
  of(own: SocketAddress): Promise<ConnectionEnd | null> {
    const client = hostPortText(own);
    const known = this.#ended.get(client);
    this.#ended.delete(client);
    if (known !== undefined || this.#closed) return Promise.resolve(known ?? null);
    return new Promise((resolve) => {
      const done = (end: ConnectionEnd | null): void => {
        cancel();
        this.#waiting.delete(client);
        resolve(end);
      };
      const cancel = this.#after(waitMs, () => done(null));
      this.#waiting.set(client, done);
    });
  }
}
