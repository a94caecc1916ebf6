/** A cluster as one client proxy sees it: configuration, and the state that lives longer than a configuration. */
import type { ClusterConfig } from './cluster-config.ts';

export type Cluster = {
  readonly scope: string;
  readonly name: string;
  readonly activeConnections: number;
  /** New endpoints and limits; what is known of endpoints that stay (ejection, active connections) stays. Same object: nothing to do. */
  update(config: ClusterConfig): void;
  /** For a view: each endpoint with what is known of it. */
  endpoints(): readonly EndpointView[];
};

export type EndpointView = {
  readonly name: string;
  readonly healthy: boolean;
  readonly ejected: boolean;
  readonly activeConnections: number;
};
