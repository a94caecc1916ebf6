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
  readonly onOpen: (address: OpenAddress) => void;
  readonly onClose: (address: OpenAddress) => void;
  readonly onFailure: (planned: PlannedListener, error: Error) => void;
};

type Member = { readonly listener: Listener; readonly address: OpenAddress };

export class ListenerSet {
  readonly #options: ListenerSetOptions;
  readonly #members = new Map<string, Member>();

  constructor(options: ListenerSetOptions) {
    this.#options = options;
  }

  /** One after the other: which of two gets a port must not depend on chance. */
  async follow(planned: readonly PlannedListener[]): Promise<void> {
    const names = new Set(planned.map(({ name }) => name));
    for (const [name, { listener, address }] of [...this.#members]) {
      if (names.has(name)) continue;
      this.#members.delete(name);
      await listener.close();
      this.#options.onClose(address);
    }
    for (const listener of planned)
      if (!this.#members.has(listener.name)) await this.#open(listener);
  }

  async #open(planned: PlannedListener): Promise<void> {
    const { plane, decide, wanted, onOpen, onFailure } = this.#options;
    const asked = wanted(planned);
    const open = (at: SocketAddress): Promise<Listener> =>
      plane.openListener({ id: planned.name, ...at, decide: decide(planned.name) });
    let opened: Opened<Listener>;
    try {
      opened = await openPort(asked ?? planned.address, asked !== null, open);
    } catch (error) {
      onFailure(planned, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const address: OpenAddress = {
      purpose: 'gateway',
      name: planned.name,
      ...(planned.bind === null ? {} : { bind: planned.bind }),
      ...opened.value.address,
      instead: opened.instead,
    };
    this.#members.set(planned.name, { listener: opened.value, address });
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
