/** Puts the data plane together: one wheel, one set of connections, the clusters by scope, and what they tell. */
import { Cluster, type ClusterObserver } from './cluster.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { Connection, type ConnectionEnd, type ConnectionHost } from './connection.ts';
import type {
  DataPlane,
  DataPlaneOptions,
  DrainResult,
  Listener,
  ListenerOptions,
  SocksOptions,
} from './data-plane.ts';
import type { Decide, SocksRequest } from './decision.ts';
import type { CloseReason, ProxyEvent } from './event.ts';
import { Overload } from './overload.ts';
import { SocksHandshake } from './socks/socks-handshake.ts';
import { loadHandleBindings } from './stream/handle-bindings.ts';
import { handleTransport } from './stream/handle-transport.ts';
import { socketTransport } from './stream/socket-transport.ts';
import type { Stream, Transport } from './stream/stream.ts';
import { Deadline, TimerWheel } from './timer-wheel.ts';

export function createDataPlane<Route>(options: DataPlaneOptions<Route>): DataPlane<Route> {
  return new Plane(options);
}

const descriptorReserve = 8;

function chooseTransport(wanted: 'handles' | 'sockets'): Transport {
  const bindings = wanted === 'handles' ? loadHandleBindings() : undefined;
  return bindings === undefined ? socketTransport : handleTransport(bindings);
}

class Plane<Route> implements DataPlane<Route>, ConnectionHost<Route>, ClusterObserver {
  readonly now: () => number;
  readonly wheel: TimerWheel;
  readonly transport: Transport;
  readonly #options: DataPlaneOptions<Route>;
  readonly #connections = new Set<Connection<Route>>();
  readonly #handshakes = new Set<SocksHandshake>();
  readonly #listeners = new Set<Listener>();
  readonly #clusters = new Map<string, Map<string, Cluster>>();
  readonly #overload: Overload;
  #lastId = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(options: DataPlaneOptions<Route>) {
    this.#options = options;
    this.now = options.now;
    this.wheel = new TimerWheel(options.now);
    this.transport = chooseTransport(options.streams ?? 'handles');
    this.#overload = new Overload(this.wheel, this.now, (event) => this.#tell(event));
  }

  openListener(options: ListenerOptions<Route>): Promise<Listener> {
    return this.#listen(options, (stream) => this.#begin(stream, options, undefined, []));
  }

  openSocks(options: SocksOptions<Route>): Promise<Listener> {
    const silent = (): undefined => undefined;
    const { account = silent, gateway = silent } = options;
    const policy = { ...options, account, gateway };
    return this.#listen(options, (stream) => {
      const clock = { wheel: this.wheel, now: this.now() };
      const handshake = new SocksHandshake(stream, policy, clock, (end) => {
        this.#handshakes.delete(handshake);
        if (end.kind === 'granted') this.#begin(stream, options, end.request, end.rest);
        else if (end.kind === 'refused')
          this.#tell({ kind: 'socks-refused', listener: options.id, message: end.why });
      });
      this.#handshakes.add(handshake);
    });
  }

  async #listen(
    { id, host, port }: ListenerOptions<Route>,
    accept: (stream: Stream) => void,
  ): Promise<Listener> {
    const listening = await this.transport.listen(
      { host, port },
      (stream) => {
        const open = this.#connections.size + this.#handshakes.size;
        const most = this.#options.maxConnections ?? Number.POSITIVE_INFINITY;
        if (open >= most) this.#overload.begin(id, `${most} connections are open`, open);
        this.#watchDescriptors(id, stream);
        if (this.#overload.refuses()) stream.close();
        else accept(stream);
      },
      (error) => this.#tell({ kind: 'listener-error', listener: id, message: error.message }),
    );
    const listener: Listener = {
      id,
      address: listening.address,
      close: async () => {
        this.#listeners.delete(listener);
        listening.close();
      },
    };
    this.#listeners.add(listener);
    return listener;
  }

  #begin(
    stream: Stream,
    { id, decide }: { readonly id: string; readonly decide: Decide<Route> },
    request: SocksRequest | undefined,
    first: readonly Uint8Array[],
  ): void {
    this.#lastId += 1;
    const arrival = { id: this.#lastId, listener: id, decide, request, stream, first };
    const connection = new Connection<Route>(arrival, this);
    this.#connections.add(connection);
    connection.start();
  }

  cluster(scope: string, config: ClusterConfig): Cluster {
    let ofScope = this.#clusters.get(scope);
    if (ofScope === undefined) {
      ofScope = new Map();
      this.#clusters.set(scope, ofScope);
    }
    let cluster = ofScope.get(config.name);
    if (cluster === undefined) {
      const { now, random } = this.#options;
      cluster = new Cluster(scope, config, { now, random, observer: this });
      ofScope.set(config.name, cluster);
    } else cluster.update(config);
    return cluster;
  }

  forgetClusters(keep: (cluster: Cluster) => boolean): void {
    for (const [scope, ofScope] of this.#clusters) {
      for (const [name, cluster] of ofScope) if (!keep(cluster)) ofScope.delete(name);
      if (ofScope.size === 0) this.#clusters.delete(scope);
    }
  }

  *clusters(): Iterable<Cluster> {
    for (const ofScope of this.#clusters.values()) yield* ofScope.values();
  }

  connections(): Iterable<Connection<Route>> {
    return this.#connections.values();
  }

  endThoseOf(isGone: (connection: Connection<Route>) => boolean, reason: CloseReason): void {
    for (const connection of [...this.#connections])
      if (isGone(connection)) connection.abort(reason);
  }

  async drain(timeoutMs: number): Promise<DrainResult> {
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
    for (const handshake of this.#handshakes) handshake.cancel('the proxy is stopping');
    const open = this.#connections.size;
    if (open > 0) await this.#emptyOr(timeoutMs);
    const forced = this.#connections.size;
    for (const connection of [...this.#connections]) connection.abort('drained');
    this.#overload.stop();
    return { finished: open - forced, forced };
  }

  #emptyOr(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const deadline = new Deadline(resolve);
      this.wheel.set(deadline, this.now() + timeoutMs);
      const others = this.#whenEmpty;
      this.#whenEmpty = () => {
        others?.();
        this.wheel.clear(deadline);
        resolve();
      };
    });
  }

  opened(connection: Connection<Route>): void {
    this.#tell({ kind: 'opened', connection });
  }

  closed(connection: Connection<Route>, { reason, flags, detail }: ConnectionEnd): void {
    this.#connections.delete(connection);
    const durationMs = this.now() - connection.acceptedAt;
    this.#tell({ kind: 'closed', connection, durationMs, reason, flags, detail });
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }

  /** Before the very last: what then cannot be accepted is closed by the runtime, without a word. */
  #watchDescriptors(listener: string, stream: Stream): void {
    const { descriptorMax } = this.#options;
    if (descriptorMax === undefined || stream.descriptor < descriptorMax - descriptorReserve)
      return;
    this.outOfDescriptors(listener, `of ${descriptorMax}`);
  }

  outOfDescriptors(listener: string, detail: string): void {
    const why = `no file descriptors are left (${detail}; more with ulimit -n)`;
    this.#overload.begin(listener, why, this.#connections.size);
  }

  ejected({ scope, name }: Cluster, endpoint: string, failures: number, forMs: number): void {
    this.#tell({ kind: 'ejected', scope, cluster: name, endpoint, failures, forMs });
  }

  spared({ scope, name, config }: Cluster, endpoint: string, failures: number): void {
    const { outlierDetection, endpoints } = config;
    if (outlierDetection === undefined) return;
    const { maxEjectionPercent } = outlierDetection;
    const of = { endpoints: endpoints.length, maxEjectionPercent };
    this.#tell({ kind: 'spared', scope, cluster: name, endpoint, failures, ...of });
  }

  returned({ scope, name }: Cluster, endpoint: string): void {
    this.#tell({ kind: 'returned', scope, cluster: name, endpoint });
  }

  /** A sink that throws must not take a connection with it; there is nobody else to tell. */
  #tell(event: ProxyEvent<Route>): void {
    try {
      this.#options.sink(event);
    } catch {}
  }
}
