/**
 * A downstream connection from its accept to its end: inspect, decide, dial, relay, close. Closing happens in one place, once.
 *
 *   inspecting -> connecting -> open -> closed
 */

import { count } from '../text/index.ts';
import type { Cluster, EndpointState, NoPick } from './cluster.ts';
import type { ClusterConfig, EndpointFault } from './cluster-config.ts';
import { ConnectionDeadlines } from './connection-deadlines.ts';
import type {
  Decide,
  Decision,
  Forward,
  Inspect,
  Inspected,
  Refusal,
  SocksRequest,
} from './decision.ts';
import type { CloseReason, ConnectionView, ResponseFlag } from './event.ts';
import { Flow } from './flow.ts';
import { Inspection } from './inspection/inspection.ts';
import { LazyFacts } from './lazy-facts.ts';
import { type ProxiedAddresses, proxyProtocolHeader } from './proxy-protocol.ts';
import type { SocketAddress } from './socket-address.ts';
import type { Stream, Transport } from './stream/stream.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** What a connection needs of the proxy it belongs to. */
export type ConnectionHost<Route> = {
  readonly now: () => number;
  readonly wheel: TimerWheel;
  readonly transport: Transport;
  opened(connection: Connection<Route>): void;
  closed(connection: Connection<Route>, end: ConnectionEnd): void;
  outOfDescriptors(listener: string, detail: string): void;
};

export type ConnectionEnd = {
  readonly reason: CloseReason;
  readonly flags: readonly ResponseFlag[];
  readonly detail: string | undefined;
};

export type Arrival<Route> = {
  readonly id: number;
  readonly listener: string;
  readonly decide: Decide<Route>;
  readonly request: SocksRequest | undefined;
  readonly stream: Stream;
  /** Bytes that came before, with a SOCKS request. */
  readonly first: readonly Uint8Array[];
};

const refusalFlags: { readonly [reason in Refusal]: readonly ResponseFlag[] } = {
  blackhole: ['UH'],
  'no-such-cluster': ['NC'],
  'no-endpoints': ['UH'],
  'no-filter-chain': ['NR'],
  http: [],
};
const noFlags: readonly ResponseFlag[] = [];
const connectFailure: readonly ResponseFlag[] = ['UF', 'URX'];

export class Connection<Route> implements ConnectionView<Route> {
  readonly id: number;
  readonly listener: string;
  readonly request: SocksRequest | undefined;
  readonly acceptedAt: number;
  state: 'inspecting' | 'connecting' | 'open' | 'closed' = 'inspecting';
  route: Route | undefined;
  readonly #host: ConnectionHost<Route>;
  readonly #decide: Decide<Route>;
  readonly #downstream: Stream;
  readonly #down: Flow;
  readonly #up: Flow;
  readonly #deadlines: ConnectionDeadlines;
  #remote: SocketAddress | undefined;
  #first: readonly Uint8Array[];
  #inspection: Inspection | undefined;
  #cluster: Cluster | undefined;
  #endpoint: EndpointState | undefined;
  /** Of the upstream, for the cluster that counts it. */
  #upstream: 'connecting' | 'connected' = 'connecting';
  #addresses: ProxiedAddresses | undefined;

  constructor(arrival: Arrival<Route>, host: ConnectionHost<Route>) {
    this.id = arrival.id;
    this.listener = arrival.listener;
    this.request = arrival.request;
    this.acceptedAt = host.now();
    this.#host = host;
    this.#decide = arrival.decide;
    this.#downstream = arrival.stream;
    this.#first = arrival.first;
    this.#down = new Flow(this, arrival.stream);
    this.#up = new Flow(this, undefined);
    this.#deadlines = new ConnectionDeadlines(host.wheel, host.now, this.acceptedAt, (why) =>
      this.#close(why, why === 'max-duration' ? ['DT'] : noFlags),
    );
  }

  get remote(): SocketAddress {
    this.#remote ??= this.#downstream.remote();
    return this.#remote;
  }

  get cluster(): string | undefined {
    return this.#cluster?.name;
  }

  get endpoint(): string | undefined {
    return this.#endpoint?.name;
  }

  get bytesReceived(): number {
    return this.#down.bytes;
  }

  get bytesSent(): number {
    return this.#up.bytes;
  }

  start(): void {
    this.#step(undefined);
  }

  #step(inspected: Inspected | undefined): void {
    const decision = this.#ask(inspected);
    if (decision === undefined) return;
    if (decision.kind === 'inspect') {
      this.#inspect(decision);
      return;
    }
    this.#follow(decision);
  }

  /** A decider that throws harms this connection only. */
  #ask(inspected: Inspected | undefined): Decision<Route> | Inspect<Route> | undefined {
    const facts = new LazyFacts(this, inspected);
    try {
      const decision = this.#decide(facts);
      if (decision.kind !== 'inspect' || inspected === undefined) return decision;
      this.#close('decision-failed', noFlags, 'asked for a second inspection');
    } catch (error) {
      this.#close('decision-failed', noFlags, error instanceof Error ? error.message : `${error}`);
    }
    return undefined;
  }

  #inspect(wanted: Inspect<Route>): void {
    this.route = wanted.route;
    const { wheel, now } = this.#host;
    this.#inspection = new Inspection(
      this.#downstream,
      this.#first,
      wanted,
      { wheel, now: now() },
      (result) => {
        this.#inspection = undefined;
        this.#first = result.bytes;
        if (result.kind === 'failed') {
          this.#close('inspection-failed', noFlags, result.detail);
          return;
        }
        this.#step(result.inspected);
      },
    );
    this.#inspection.start();
  }

  #follow(decision: Decision<Route>): void {
    this.route = decision.route;
    switch (decision.kind) {
      case 'close':
        this.#close(decision.reason, refusalFlags[decision.reason]);
        return;
      case 'forward':
        this.#deadlines.limit(decision);
        this.#forward(decision);
        return;
    }
  }

  #forward({ cluster, hashKey, dialled, addresses }: Forward<Route>): void {
    this.#addresses = addresses;
    this.#cluster = cluster;
    const endpoint = dialled === undefined ? cluster.take(hashKey) : cluster.takeDialled(dialled);
    if (typeof endpoint === 'string') {
      this.#notPicked(endpoint, cluster);
      return;
    }
    this.#endpoint = endpoint;
    const { fault, dial } = endpoint.config;
    if (fault === undefined) this.#dial(dial, cluster.config);
    else this.#dialFaulty(fault, dial, cluster);
  }

  #notPicked(why: NoPick, cluster: Cluster): void {
    const { maxConnections, maxPendingConnections } = cluster.config;
    switch (why) {
      case 'overflow':
        this.#close('overflow', ['UO'], `more than ${count(maxConnections, 'connection')}`);
        return;
      case 'pending-overflow':
        // To Envoy's TCP proxy a failed attempt, and the last: it does not say UO of it (seen in 1.40).
        this.#close(
          'overflow',
          ['URX'],
          `more than ${count(maxPendingConnections, 'connection')} being connected (http1MaxPendingRequests)`,
        );
        return;
      case 'no-endpoints': {
        const endpoints = cluster.endpoints();
        const ejected = endpoints.length > 0 && endpoints.every((one) => one.ejected);
        const detail = ejected ? 'every endpoint is ejected (outlierDetection)' : undefined;
        this.#close('no-endpoints', ['UH'], detail);
        return;
      }
    }
  }

  #dialFaulty(fault: EndpointFault, address: SocketAddress, cluster: Cluster): void {
    switch (fault.kind) {
      case 'kill':
        this.#connectFailed('connect-failed', 'ECONNREFUSED (the endpoint is killed)');
        return;
      case 'absent':
        if (this.#endpoint !== undefined) cluster.failed(this.#endpoint);
        this.#close('connect-failed', connectFailure, fault.why);
        return;
      case 'reset':
        this.#dial(address, cluster.config);
        return;
      case 'delay':
        this.state = 'connecting';
        this.#deadlines.await(fault.delayMs, () => this.#dial(address, cluster.config));
        return;
    }
  }

  #dial(address: SocketAddress, settings: Pick<ClusterConfig, 'connectTimeoutMs'>): void {
    this.state = 'connecting';
    const keepalive = this.#cluster?.config.tcpKeepalive;
    this.#up.from = this.#host.transport.dial(address, keepalive, this.#up);
    this.#deadlines.await(settings.connectTimeoutMs, () =>
      this.#connectFailed('connect-timeout', `no answer in ${settings.connectTimeoutMs} ms`),
    );
  }

  connected(): void {
    if (this.state !== 'connecting') return;
    this.#upstream = 'connected';
    if (this.#endpoint !== undefined) this.#cluster?.connected(this.#endpoint);
    if (this.#endpoint?.config.fault?.kind === 'reset') {
      // As an echo server does it, and as the system would say it of a process.
      this.#reset('upstream-reset', noFlags, 'ECONNRESET');
      return;
    }
    this.state = 'open';
    this.#down.peer = this.#up;
    this.#up.peer = this.#down;
    this.#downstream.owner = this.#down;
    this.#deadlines.open();
    this.#remote ??= this.#downstream.remote();
    this.#host.opened(this);
    this.#announce();
    this.#down.passOnFirst(this.#first);
    this.#first = [];
    this.#up.from?.resume();
    if (this.#up.from?.flushed === true) this.#downstream.resume();
  }

  #announce(): void {
    const version = this.#cluster?.config.proxyProtocol;
    const endpoint = this.#endpoint;
    if (version === undefined || endpoint === undefined) return;
    const addresses = this.#addresses ?? {
      source: this.remote,
      destination: endpoint.config.dial,
    };
    this.#up.from?.write(proxyProtocolHeader(version, addresses));
  }

  active(): void {
    this.#deadlines.active();
  }

  finished(): void {
    if (this.#down.finished && this.#up.finished) this.#close('ended', noFlags);
  }

  failed(flow: Flow, code: string): void {
    if (this.state === 'connecting' && flow === this.#up) {
      if (code === 'EMFILE' || code === 'ENFILE') {
        this.#host.outOfDescriptors(this.listener, code);
        this.#close('out-of-descriptors', connectFailure, code);
        return;
      }
      this.#connectFailed('connect-failed', code);
      return;
    }
    this.#reset(flow === this.#down ? 'downstream-reset' : 'upstream-reset', noFlags, code);
  }

  #connectFailed(reason: 'connect-failed' | 'connect-timeout', detail: string): void {
    const endpoint = this.#endpoint;
    if (endpoint !== undefined) this.#cluster?.failed(endpoint);
    const to =
      endpoint === undefined ? '' : ` ${endpoint.config.dial.host}:${endpoint.config.dial.port}`;
    this.#close(reason, connectFailure, `connect${to} ${detail}`);
  }

  /** Ends it from outside, both sides with a reset. */
  abort(reason: CloseReason): void {
    this.#reset(reason, noFlags);
  }

  #reset(reason: CloseReason, flags: readonly ResponseFlag[], detail?: string): void {
    this.#end({ reason, flags, detail }, (stream) => stream.reset());
  }

  /**
   * Envoy only peeks at what it inspects. A socket that is closed over unread bytes is reset by the system (seen with 1.40), and here they
   * were read. What an HTTP connection manager would have answered is not an end of that kind.
   */
  #close(reason: CloseReason, flags: readonly ResponseFlag[], detail?: string): void {
    const unread = this.#first.length > 0 && reason !== 'http';
    this.#end({ reason, flags, detail }, (stream) =>
      unread && stream === this.#downstream ? stream.reset() : stream.close(),
    );
  }

  #end(end: ConnectionEnd, close: (stream: Stream) => void): void {
    if (this.state === 'closed') return;
    // Asked now if it never was: a closed stream cannot tell.
    this.#remote ??= this.#downstream.remote();
    this.state = 'closed';
    this.#deadlines.clear();
    this.#inspection?.cancel();
    const cluster = this.#cluster;
    if (this.#endpoint !== undefined) cluster?.release(this.#endpoint, this.#upstream);
    this.#host.closed(this, end);
    close(this.#downstream);
    if (this.#up.from !== undefined) close(this.#up.from);
    this.#down.release();
    this.#up.release();
  }
}
