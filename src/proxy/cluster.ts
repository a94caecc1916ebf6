/** A cluster as one client proxy sees it: configuration, and the state that lives longer than a configuration. */
import type { ClusterConfig, ClusterEndpoint } from './cluster-config.ts';
import { type Choose, chooser } from './load-balancer/choose.ts';
import {
  freshRecord,
  noteFailure,
  noteSuccess,
  type OutlierRecord,
  sweep,
} from './outlier-detector.ts';

export type EndpointView = {
  readonly name: string;
  readonly healthy: boolean;
  readonly ejected: boolean;
  readonly activeConnections: number;
};

/** An endpoint with what is known of it. Outlives a configuration for as long as its name is in the next one. */
export type EndpointState = {
  readonly name: string;
  config: ClusterEndpoint;
  weight: number;
  activeConnections: number;
  readonly outlier: OutlierRecord;
};

export type ClusterObserver = {
  readonly ejected: (cluster: Cluster, endpoint: string, failures: number, forMs: number) => void;
  /** An endpoint that failed so often stays; once for a configuration. */
  readonly spared: (cluster: Cluster, endpoint: string, failures: number) => void;
  readonly returned: (cluster: Cluster, endpoint: string) => void;
};

export type ClusterWorld = {
  readonly now: () => number;
  readonly random: () => number;
  readonly observer: ClusterObserver;
};

/** Why no endpoint could be picked: too many connections, too many that wait to be connected, or none that may be used. */
export type NoPick = 'overflow' | 'pending-overflow' | 'no-endpoints';

export class Cluster {
  readonly scope: string;
  readonly name: string;
  readonly #world: ClusterWorld;
  #config: ClusterConfig;
  #endpoints: readonly EndpointState[] = [];
  #choose: Choose;
  /** Computed on need; undefined after anything that could change it. */
  #candidates: readonly EndpointState[] | undefined;
  #active = 0;
  /** Of the active ones, those that are not connected yet. */
  #pending = 0;
  #sweptAt: number;
  #toldOfSpared = false;

  constructor(scope: string, config: ClusterConfig, world: ClusterWorld) {
    this.scope = scope;
    this.name = config.name;
    this.#world = world;
    this.#config = config;
    this.#choose = chooser(config.loadBalancer, world.random);
    this.#sweptAt = world.now();
    this.#takeEndpoints(config);
  }

  get config(): ClusterConfig {
    return this.#config;
  }

  /** Connecting and connected. */
  get activeConnections(): number {
    return this.#active;
  }

  /** New endpoints and limits; what is known of endpoints that stay (ejection, connections) stays. Same object: nothing to do. */
  update(config: ClusterConfig): void {
    if (config === this.#config) return;
    const before = this.#config;
    this.#config = config;
    this.#toldOfSpared = false;
    if (!samePolicy(before, config))
      this.#choose = chooser(config.loadBalancer, this.#world.random);
    if (before.outlierDetection === undefined) this.#sweptAt = this.#world.now();
    this.#takeEndpoints(config);
  }

  /** For a view: each endpoint with what is known of it. */
  endpoints(): readonly EndpointView[] {
    this.#sweep();
    return this.#endpoints.map(({ name, config, activeConnections, outlier }) => ({
      name,
      healthy: config.healthy,
      ejected: outlier.ejectedAt !== undefined,
      activeConnections,
    }));
  }

  /** Picks an endpoint for a connection and counts it there; every pick is given back by `release`. In Envoy's order of asking. */
  take(hashKey: string | undefined): EndpointState | NoPick {
    if (this.#active >= this.#config.maxConnections) return 'overflow';
    this.#sweep();
    this.#candidates ??= this.#eligible();
    if (this.#candidates.length === 0) return 'no-endpoints';
    const endpoint = this.#choose(this.#candidates, hashKey);
    if (endpoint === undefined) return 'no-endpoints';
    if (this.#pending >= this.#config.maxPendingConnections) return 'pending-overflow';
    endpoint.activeConnections += 1;
    this.#begin();
    return endpoint;
  }

  /**
   * The address that was dialled, counted and given back as a pick is. Connections are limited over all addresses together; an address
   * that fails is dialled again as it is asked for, for Envoy's load balancer of such clusters asks for no health
   * (`original_dst_cluster.cc:chooseHost`).
   */
  takeDialled(config: ClusterEndpoint): EndpointState | NoPick {
    if (this.#active >= this.#config.maxConnections) return 'overflow';
    if (this.#pending >= this.#config.maxPendingConnections) return 'pending-overflow';
    this.#begin();
    return { name: config.name, config, weight: 1, activeConnections: 1, outlier: freshRecord() };
  }

  #begin(): void {
    this.#active += 1;
    this.#pending += 1;
  }

  /** was: `connected` where `connected` was said of it before. */
  release(endpoint: EndpointState, was: 'connecting' | 'connected'): void {
    endpoint.activeConnections -= 1;
    this.#active -= 1;
    if (was === 'connecting') this.#pending -= 1;
  }

  connected(endpoint: EndpointState): void {
    this.#pending -= 1;
    noteSuccess(endpoint.outlier);
  }

  failed(endpoint: EndpointState): void {
    const settings = this.#config.outlierDetection;
    if (settings === undefined || !this.#endpoints.includes(endpoint)) return;
    this.#sweep();
    const records = this.#endpoints.map(({ outlier }) => outlier);
    const ejection = noteFailure(endpoint.outlier, records, settings, this.#world.now());
    if (ejection === undefined) return;
    const { failures, forMs } = ejection;
    const { observer } = this.#world;
    if (forMs === null) {
      if (!this.#toldOfSpared) observer.spared(this, endpoint.name, failures);
      this.#toldOfSpared = true;
      return;
    }
    this.#candidates = undefined;
    observer.ejected(this, endpoint.name, failures, forMs);
  }

  /** Healthy and not ejected ones. Where there are none, those that are not ready but not ejected. In panic all. */
  #eligible(): readonly EndpointState[] {
    const standing = this.#endpoints.filter(({ outlier }) => outlier.ejectedAt === undefined);
    const healthy = standing.filter(({ config }) => config.healthy);
    if (panics(healthy.length, this.#endpoints.length, this.#config.panicThreshold))
      return this.#endpoints;
    return healthy.length > 0 ? healthy : standing;
  }

  #takeEndpoints({ endpoints, outlierDetection }: ClusterConfig): void {
    const known = new Map(this.#endpoints.map((endpoint) => [endpoint.name, endpoint]));
    this.#endpoints = endpoints.map((config) => {
      const state = known.get(config.name);
      known.delete(config.name);
      if (state === undefined)
        return {
          name: config.name,
          config,
          weight: config.weight ?? 1,
          activeConnections: 0,
          outlier: freshRecord(),
        };
      state.config = config;
      state.weight = config.weight ?? 1;
      if (outlierDetection === undefined) Object.assign(state.outlier, freshRecord());
      return state;
    });
    this.#candidates = undefined;
  }

  #sweep(): void {
    const settings = this.#config.outlierDetection;
    if (settings === undefined) return;
    const now = this.#world.now();
    if (now - this.#sweptAt < settings.intervalMs) return;
    const records = this.#endpoints.map(({ outlier }) => outlier);
    this.#sweptAt = sweep(records, settings, this.#sweptAt, now, (record) => {
      this.#candidates = undefined;
      const endpoint = this.#endpoints.find(({ outlier }) => outlier === record);
      if (endpoint !== undefined) this.#world.observer.returned(this, endpoint.name);
    });
  }
}

/** Envoy's factor in percent, which Istio leaves as it is: so much more than its share each endpoint is trusted to bear. */
const overprovisioning = 140;

/**
 * Envoy does not panic while those that are left can bear it all: 5 of 7 (140 % of 71.4 %) never do, whatever the threshold
 * (`load_balancer_impl.cc:recalculatePerPriorityPanic`; seen in Envoy 1.40).
 */
function panics(healthy: number, all: number, threshold: number): boolean {
  return overprovisioning * healthy < 100 * all && 100 * healthy < threshold * all;
}

const samePolicy = (a: ClusterConfig, b: ClusterConfig): boolean =>
  JSON.stringify(a.loadBalancer) === JSON.stringify(b.loadBalancer);
