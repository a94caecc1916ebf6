/**
 * One accepted connection to one decision: the facts become a Call, `route` answers, a share is drawn, the cluster is looked up.
 * Nothing here judges rules: whatever `route` says is done.
 */
import {
  type ClusterConfig,
  type DataPlane,
  type Decision,
  defaultLimits,
  type Facts,
  type Inspect,
} from '../proxy/index.ts';
import {
  type Call,
  type Compiled,
  clusterPolicyFor,
  type DestinationShare,
  resolveName,
  type Viewpoint,
} from '../routing/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import { hostPortText, isLoopback, parseHostPort } from './mesh-address.ts';
import type { PreparedVerdict, RouteTable } from './route-table.ts';
import { behindServiceAddress } from './service-address.ts';
import { clusterSettings, connectionLimits, hashesSourceIp } from './traffic-policy.ts';
import type { Reached } from './workload-pool.ts';

/** Which proxy took the connection, and what it is after. */
export type Arrival = {
  /** A name for the viewpoint: clusters, limits and ejections are kept by it. */
  readonly proxy: string;
  readonly viewpoint: Viewpoint;
  /** The client workload; null at a gateway. */
  readonly client: string | null;
  readonly listener: string;
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly port: number;
};

export type DeciderOptions = {
  readonly table: RouteTable;
  readonly plane: Pick<DataPlane<ConnectionRoute>, 'cluster'>;
  readonly reach: (address: string, port: number) => Reached | null;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly allowPassthrough: boolean;
  readonly onRouted: (prepared: PreparedVerdict, chosen: number) => void;
};

export class Decider {
  readonly #options: DeciderOptions;
  readonly #configs = new Map<string, ClusterConfig>();

  constructor(options: DeciderOptions) {
    this.#options = options;
  }

  decide(arrival: Arrival, facts: Facts): Decision<ConnectionRoute> | Inspect {
    const { table } = this.#options;
    const call = callOf(arrival, facts);
    if (facts.inspected === undefined) {
      const inspection = table.inspection(arrival.proxy, call);
      if (inspection !== null) return inspection;
    }
    const prepared = table.ask(arrival.proxy, call);
    const route = this.#routeOf(arrival, prepared);
    const { verdict } = prepared;
    switch (verdict.outcome) {
      case 'routed':
        return this.#routed(arrival, prepared, route, facts);
      case 'passthrough':
        return this.#passthrough(arrival, route);
      case 'blackhole':
        return { kind: 'close', reason: 'blackhole', route };
      case 'http':
        return { kind: 'close', reason: 'http', route };
      case 'no-listener':
      case 'no-filter-chain':
      case 'listener-rejected':
        return { kind: 'close', reason: 'no-filter-chain', route };
    }
  }

  #routed(
    arrival: Arrival,
    prepared: PreparedVerdict,
    undecided: ConnectionRoute,
    facts: Facts,
  ): Decision<ConnectionRoute> {
    const { destinations } = prepared.verdict;
    const chosen = drawShare(destinations, this.#options.random());
    const route = { ...undecided, chosen };
    this.#options.onRouted(prepared, chosen);
    const destination = destinations[chosen];
    if (destination === undefined) return { kind: 'close', reason: 'no-such-cluster', route };
    if (destination.problem !== null) return { kind: 'close', reason: destination.problem, route };
    const hashed = hashesSourceIp(prepared.policy);
    return {
      kind: 'forward',
      cluster: this.#options.plane.cluster(...this.#clusterOf(arrival, destination)),
      hashKey: hashed ? sourceAddress(arrival, facts) : undefined,
      ...connectionLimits(prepared.policy),
      route,
    };
  }

  /** The same object for the same cluster, so that the data plane sees at a glance that nothing changed. */
  #clusterOf(arrival: Arrival, destination: DestinationShare): [string, ClusterConfig] {
    // Where a cluster goes to the dialled address it is another one for each; its endpoints must not be taken for changes.
    const dialled = destination.endpoints.length === 1 && destination.endpoints[0]?.address;
    const ip = dialledAddress(this.#compiledFor(arrival), arrival);
    const scope =
      dialled === `${ip}:${arrival.port}` ? `${arrival.proxy}#${dialled}` : arrival.proxy;
    const key = `${scope}\n${destination.cluster}`;
    const known = this.#configs.get(key);
    if (known !== undefined) return [scope, known];
    const policy = clusterPolicyFor(this.#compiledFor(arrival), destination);
    const config: ClusterConfig = {
      name: destination.cluster,
      ...clusterSettings(policy, destination.subset),
      endpoints: destination.endpoints.map(({ address, healthy }) => {
        const at = parseHostPort(address);
        const reached =
          at === null ? null : this.#options.reach(at.host, policy?.upstreamPort ?? at.port);
        return {
          name: address,
          // Port 9 (discard) is never dialled: an endpoint that nothing here stands for refuses.
          dial: reached?.dial ?? { host: '127.0.0.1', port: 9 },
          healthy,
          fault: reached === null ? { kind: 'kill' } : reached.fault,
        };
      }),
    };
    this.#configs.set(key, config);
    return [scope, config];
  }

  #passthrough(arrival: Arrival, route: ConnectionRoute): Decision<ConnectionRoute> {
    const { port } = arrival;
    const { mesh } = this.#options.table;
    const ip = dialledAddress(this.#compiledFor(arrival), arrival);
    const limits = { ...defaultLimits, connectTimeoutMs: 10_000, route };
    if (ip !== null) {
      const address = behindServiceAddress(mesh, ip, port, this.#options.random) ?? {
        host: ip,
        port,
      };
      const reached = this.#options.reach(address.host, address.port);
      if (reached !== null) {
        const refuses = !reached.listens(address.port) || reached.fault?.kind === 'kill';
        const dial = refuses ? { host: '127.0.0.1', port: 9 } : reached.dial;
        return { kind: 'passthrough', address: dial, ...limits };
      }
      if (isLoopback(ip) || this.#options.allowPassthrough)
        return { kind: 'passthrough', address: { host: ip, port }, ...limits };
    }
    return { kind: 'close', reason: 'blackhole', route: { ...route, withheld: true } };
  }

  #compiledFor({ proxy, viewpoint }: Arrival): Compiled {
    return this.#options.table.compiled(proxy, viewpoint);
  }

  #routeOf(arrival: Arrival, prepared: PreparedVerdict): ConnectionRoute {
    const { proxy, client, listener, host, ip, port } = arrival;
    return {
      proxy,
      prepared,
      outcome: prepared.verdict.outcome,
      client,
      to:
        client === null
          ? listener.replace(/^gateway /, '')
          : hostPortText({ host: host ?? ip ?? '', port }),
      listener,
      chosen: -1,
      withheld: false,
    };
  }
}

function callOf({ viewpoint, host, ip, port }: Arrival, { inspected }: Facts): Call {
  return {
    from: viewpoint,
    to: { ...(host === undefined ? {} : { host }), ...(ip === undefined ? {} : { ip }), port },
    sni: inspected?.sni,
    protocol: inspected?.protocol ?? 'tcp',
  };
}

/** What a name resolves to, where no address was dialled. */
function dialledAddress(compiled: Compiled, { ip, host }: Arrival): string | null {
  return ip ?? resolveName(compiled, host ?? '')?.addresses[0] ?? null;
}

/** Destinations with no share are never drawn; the last one takes what rounding leaves. */
function drawShare(destinations: readonly DestinationShare[], random: number): number {
  let left = random;
  let last = -1;
  for (const [i, { share }] of destinations.entries()) {
    if (share <= 0) continue;
    last = i;
    left -= share;
    if (left < 0) return i;
  }
  return last;
}

/** The source address of a sidecar's connections is its own pod's; at a gateway it is the client's. */
function sourceAddress({ viewpoint }: Arrival, facts: Facts): string | undefined {
  return viewpoint.kind === 'sidecar' ? viewpoint.ip : facts.remote.host;
}
