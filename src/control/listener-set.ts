/** The listeners of gateways: opens what a plan asks for, closes what it no longer does, and leaves the rest alone. */
import type { DataPlane, Decide, Listener, SocketAddress } from '../proxy/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import type { OpenAddress } from './mesh-event.ts';
import { type Opened, openPort } from './open-port.ts';
import type { PlannedListener } from './plan-gateways.ts';

export type ListenerSetOptions = {
  readonly plane: Pick<DataPlane<ConnectionRoute>, 'openListener'>;
  /** Asked per connection, so that a listener that stays follows a new plan. */
  readonly decide: (name: string) => Decide<ConnectionRoute>;
  /** Where a person wants it, by the listener's name, its gateway and port, or its port. */
  readonly wanted: (listener: PlannedListener) => SocketAddress | null;
  /** All that the mesh listens on, for whatever purpose. */
  readonly alreadyOpen: () => readonly OpenAddress[];
  readonly onOpen: (address: OpenAddress) => void;
  readonly onClose: (address: OpenAddress) => void;
  readonly onFailure: (planned: PlannedListener, error: Error) => void;
};

/**
 * Of so many closed listeners it is remembered where they were. Gateways may come and go for as long as a mesh runs, under names of their
 * own each time; one that comes back does so soon, and no mesh has as many at once.
 */
const mostLeft = 1000;

type Member = { readonly listener: Listener; readonly address: OpenAddress };

export class ListenerSet {
  readonly #options: ListenerSetOptions;
  readonly #members = new Map<string, Member>();
  /** Where listeners were that are closed: one that comes back is looked for there. */
  readonly #left = new Map<string, SocketAddress>();

  constructor(options: ListenerSetOptions) {
    this.#options = options;
  }

  /** One after the other: which of two gets a port must not depend on chance. */
  async follow(planned: readonly PlannedListener[]): Promise<void> {
    const names = new Set(planned.map(({ name }) => name));
    for (const [name, { listener, address }] of [...this.#members]) {
      if (names.has(name)) continue;
      this.#members.delete(name);
      this.#remember(name, address);
      await listener.close();
      this.#options.onClose(address);
    }
    for (const listener of planned)
      if (!this.#members.has(listener.name)) await this.#open(listener);
  }

  #remember(name: string, { host, port }: SocketAddress): void {
    this.#left.set(name, { host, port });
    const [oldest] = this.#left.keys();
    if (this.#left.size > mostLeft && oldest !== undefined) this.#left.delete(oldest);
  }

  async #open(planned: PlannedListener): Promise<void> {
    const { plane, decide, wanted, alreadyOpen, onOpen, onFailure } = this.#options;
    const asked = wanted(planned);
    const before = asked?.port === 0 ? this.#left.get(planned.name) : undefined;
    const open = (at: SocketAddress): Promise<Listener> =>
      plane.openListener({ id: planned.name, ...at, decide: decide(planned.name) });
    let found: Opened<Listener>;
    try {
      found = await openPort(
        before ?? asked ?? planned.address,
        { option: '--listen', fixed: asked !== null && before === undefined, own: alreadyOpen },
        open,
      );
    } catch (error) {
      onFailure(planned, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const address: OpenAddress = {
      purpose: 'gateway',
      name: planned.name,
      ...(planned.bind === null ? {} : { bind: planned.bind }),
      ...found.value.address,
      instead: found.instead,
    };
    this.#members.set(planned.name, { listener: found.value, address });
    this.#left.delete(planned.name);
    onOpen(address);
  }

  addresses(): readonly OpenAddress[] {
    return [...this.#members.values()].map(({ address }) => address);
  }

  /** Where a gateway workload's port is on this computer. */
  addressOf(name: string): SocketAddress | null {
    return this.#members.get(name)?.address ?? null;
  }
}
