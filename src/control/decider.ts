/**
 * One accepted connection to one decision: the facts become a Call, `route` answers, a share is drawn, the cluster is looked up.
 * Nothing here judges rules: whatever `route` says is done.
 */
import type { Mesh } from '../mesh/index.ts';
import {
  type ClusterConfig,
  type ClusterEndpoint,
  type DataPlane,
  type Decision,
  defaultLimits,
  type Facts,
  type Inspect,
  type ProxiedAddresses,
} from '../proxy/index.ts';
import {
  type Call,
  type ClusterPolicy,
  type Compiled,
  clusterPolicyFor,
  type DestinationShare,
  resolveName,
  type Viewpoint,
} from '../routing/index.ts';
import type { ConnectionRoute } from './connection-route.ts';
import { type HostPort, hostPortText, isLoopback, parseHostPort } from './mesh-address.ts';
import type { PreparedVerdict, RouteTable } from './route-table.ts';
import { behindServiceAddress } from './service-address.ts';
import {
  clusterSettings,
  connectionLimits,
  hashesSourceIp,
  passthroughSettings,
} from './traffic-policy.ts';
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

type Direct = Pick<ClusterEndpoint, 'dial' | 'fault'>;

/** dialled: of a cluster that goes where the client dialled. */
type Target = {
  /** Whose cluster it is. */
  readonly scope: string;
  readonly config: ClusterConfig;
  readonly dialled: ClusterEndpoint | undefined;
};

/** Port 9 (discard): what does not listen refuses. */
const nowhere: HostPort = { host: '127.0.0.1', port: 9 };

export class Decider {
  readonly #options: DeciderOptions;
  readonly #configs = new Map<string, ClusterConfig>();
  readonly #policies = new WeakMap<DestinationShare, ClusterPolicy | null>();
  readonly #passthroughConfig: ClusterConfig;

  constructor(options: DeciderOptions) {
    this.#options = options;
    const settings = passthroughSettings(options.table.mesh.config);
    this.#passthroughConfig = { name: 'PassthroughCluster', ...settings, endpoints: [] };
  }

  decide(arrival: Arrival, facts: Facts): Decision<ConnectionRoute> | Inspect<ConnectionRoute> {
    const { table } = this.#options;
    const call = callOf(arrival, facts);
    if (facts.inspected === undefined) {
      const { tls, http } = table.inspectors(arrival.proxy, call);
      if (tls || http)
        return {
          kind: 'inspect',
          tls,
          http,
          ...patience(arrival, http, table.mesh.config),
          route: routeOf(arrival, null),
        };
    }
    const prepared = table.ask(arrival.proxy, call);
    const route = routeOf(arrival, prepared);
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
    const found = this.#clusterOf(arrival, prepared.verdict.call, destination);
    if (found === null) return withheld(route);
    const { scope, config, dialled } = found;
    const hashed = hashesSourceIp(prepared.policy);
    return {
      kind: 'forward',
      cluster: this.#options.plane.cluster(scope, config),
      hashKey: hashed ? sourceAddress(arrival, facts) : undefined,
      dialled,
      addresses: config.proxyProtocol === undefined ? undefined : this.#addressesOf(arrival, facts),
      ...connectionLimits(prepared.policy),
      route,
    };
  }

  /** The same configuration for the same cluster, so that the data plane sees at a glance that nothing changed. Null: see `#direct`. */
  #clusterOf(arrival: Arrival, call: Call, destination: DestinationShare): Target | null {
    const policy = this.#policyOf(arrival, call, destination);
    const { proxy, viewpoint } = arrival;
    const scope = policy?.waypoint ?? proxy;
    if (policy?.toDialled !== true) {
      // What a ztunnel calls by one name may be two records of a host; the clusters of an Envoy are one for a name.
      const apart = viewpoint.kind === 'ambient' ? endpointsText(destination) : '';
      return {
        scope,
        config: this.#configOf(`${scope}\n${apart}`, destination, policy, () =>
          destination.endpoints.map(({ address, healthy, weight }) => ({
            name: address,
            healthy,
            weight,
            ...this.#endpointAt(address),
          })),
        ),
        dialled: undefined,
      };
    }
    const config = this.#configOf(scope, destination, policy, () => []);
    const name = destination.endpoints[0]?.address ?? '';
    const at = parseHostPort(name);
    if (at === null) return { scope, config, dialled: undefined };
    const direct = this.#direct({ host: at.host, port: policy.upstreamPort ?? at.port });
    if (direct === null) return null;
    const { dial, fault } = direct;
    return { scope, config, dialled: { name, dial, healthy: true, fault } };
  }

  #policyOf(arrival: Arrival, call: Call, destination: DestinationShare): ClusterPolicy | null {
    let policy = this.#policies.get(destination);
    if (policy === undefined) {
      policy = clusterPolicyFor(this.#compiledFor(arrival), call, destination);
      this.#policies.set(destination, policy);
    }
    return policy;
  }

  #configOf(
    scope: string,
    { cluster, subset }: DestinationShare,
    policy: ClusterPolicy | null,
    endpoints: () => readonly ClusterEndpoint[],
  ): ClusterConfig {
    const key = `${scope}\n${cluster}`;
    let config = this.#configs.get(key);
    if (config === undefined) {
      const settings = clusterSettings(policy, subset, this.#options.table.mesh.config);
      config = { name: cluster, ...settings, endpoints: endpoints() };
      this.#configs.set(key, config);
    }
    return config;
  }

  #endpointAt(address: string): Pick<ClusterEndpoint, 'dial' | 'fault'> {
    const at = parseHostPort(address);
    const reached = at === null ? null : this.#options.reach(at.host, at.port);
    if (reached !== null) return { dial: reached.dial, fault: reached.fault };
    const why = address.startsWith('unix:')
      ? `${address.replace(/:0$/, '')} is the path of a socket, which is not opened here`
      : `nothing here stands for ${address}`;
    return { dial: nowhere, fault: { kind: 'absent', why } };
  }

  #passthrough(arrival: Arrival, route: ConnectionRoute): Decision<ConnectionRoute> {
    const ip = dialledAddress(this.#compiledFor(arrival), arrival);
    const direct = ip === null ? null : this.#direct({ host: ip, port: arrival.port });
    if (direct === null) return withheld(route);
    const config = this.#passthroughConfig;
    return {
      kind: 'forward',
      cluster: this.#options.plane.cluster(arrival.proxy, config),
      hashKey: undefined,
      dialled: {
        name: hostPortText({ host: ip ?? '', port: arrival.port }),
        healthy: true,
        ...direct,
      },
      ...defaultLimits,
      route,
    };
  }

  /** Where the very address that was dialled is; null where that is beyond this computer, which was not allowed. */
  #direct(dialled: HostPort): Direct | null {
    const { allowPassthrough, random, reach, table } = this.#options;
    const { host, port } = dialled;
    const behind = behindServiceAddress(table.mesh, host, port, random);
    if (behind === 'none') return nobodyBehind(dialled);
    const address = behind ?? dialled;
    const reached = reach(address.host, address.port);
    if (reached !== null)
      return reached.listens(address.port)
        ? { dial: reached.dial, fault: reached.fault }
        : { dial: nowhere, fault: undefined };
    if (isLoopback(host) || allowPassthrough) return { dial: dialled, fault: undefined };
    return null;
  }

  /** For the PROXY protocol, as in the mesh: the client's own address, and the one that it dialled. At a gateway those of the socket. */
  #addressesOf(arrival: Arrival, { remote }: Facts): ProxiedAddresses {
    const { viewpoint, port } = arrival;
    const atGateway = viewpoint.kind === 'gateway';
    const own = atGateway ? undefined : viewpoint.ip;
    const dialled = atGateway ? arrival.ip : dialledAddress(this.#compiledFor(arrival), arrival);
    const loopback = remote.host.includes(':') ? '::1' : '127.0.0.1';
    return {
      source: { host: own ?? remote.host, port: remote.port },
      destination: { host: dialled ?? loopback, port },
    };
  }

  #compiledFor({ proxy, viewpoint }: Arrival): Compiled {
    return this.#options.table.compiled(proxy, viewpoint);
  }
}

function endpointsText({ endpoints }: DestinationShare): string {
  return endpoints.map(({ address }) => address).join(' ');
}

function routeOf(arrival: Arrival, prepared: PreparedVerdict | null): ConnectionRoute {
  const { proxy, client, listener, host, ip, port } = arrival;
  return {
    proxy,
    prepared,
    outcome: prepared?.verdict.outcome ?? null,
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

/**
 * Sidecars wait for ever, but for HTTP no longer than the mesh's protocolDetectionTimeout, which is none by default. At a gateway Envoy's
 * own 15 s are left, and nothing goes on then (`listener.go:buildGatewayListener`).
 */
function patience(
  { viewpoint }: Arrival,
  http: boolean,
  { protocolDetectionTimeoutMs }: Mesh['config'],
): Pick<Inspect<unknown>, 'timeoutMs' | 'atTimeout'> {
  return viewpoint.kind === 'gateway'
    ? { timeoutMs: 15_000, atTimeout: 'close' }
    : { timeoutMs: http ? protocolDetectionTimeoutMs : 0, atTimeout: 'go-on' };
}

function nobodyBehind({ host, port }: HostPort): Direct {
  const why = `no ready Pod is behind TCP port ${port} of the Service at ${host}`;
  return { dial: nowhere, fault: { kind: 'absent', why } };
}

function withheld(route: ConnectionRoute): Decision<ConnectionRoute> {
  return { kind: 'close', reason: 'blackhole', route: { ...route, withheld: true } };
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

/**
 * The source address of a workload's connections is its own pod's; at a gateway it is the client's. A client that no Pod is has one
 * address too, which its name stands for.
 */
function sourceAddress({ viewpoint, client }: Arrival, facts: Facts): string {
  const own = viewpoint.kind === 'gateway' ? null : (viewpoint.ip ?? client);
  return own ?? facts.remote.host;
}
