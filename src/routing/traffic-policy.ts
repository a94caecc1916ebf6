/** Which of a DestinationRule's settings count for a port and subset (`util.go:GetPortLevelTrafficPolicy`, `MergeSubsetTrafficPolicy`). */
import type { DefaultTrafficPolicy } from '../mesh/index.ts';
import type {
  ClientTlsSettings,
  ConnectionPoolSettings,
  LoadBalancerSettings,
  OutlierDetection,
  TrafficPolicy,
} from '../resource/index.ts';

/** The four blocks that are chosen as wholes; within a block nothing is mixed. */
export type PolicyBlocks = {
  readonly connectionPool: ConnectionPoolSettings | undefined;
  readonly loadBalancer: LoadBalancerSettings | undefined;
  readonly outlierDetection: OutlierDetection | undefined;
  readonly tls: ClientTlsSettings | undefined;
};

type Written = { readonly [K in keyof PolicyBlocks]?: PolicyBlocks[K] };

const blocks = ({
  connectionPool,
  loadBalancer,
  outlierDetection,
  tls,
}: Written): PolicyBlocks => ({
  connectionPool,
  loadBalancer,
  outlierDetection,
  tls,
});

function portLevel(policy: TrafficPolicy | undefined, port: number): Written | undefined {
  return policy?.portLevelSettings?.find((settings) => settings.port?.number === port);
}

/**
 * port: the service's. An entry for the port replaces all four blocks, with nothing where it says nothing. Blocks of the mesh are filled
 * in below the subset's: an entry of the subset for the port takes them away too.
 */
export function policyFor(
  port: number,
  top: TrafficPolicy | undefined,
  subset: TrafficPolicy | undefined,
  ofMesh: DefaultTrafficPolicy = {},
): PolicyBlocks {
  const written = blocks(portLevel(top, port) ?? top ?? {});
  const base = {
    ...written,
    connectionPool: written.connectionPool ?? ofMesh.connectionPool,
    outlierDetection: written.outlierDetection ?? ofMesh.outlierDetection,
  };
  if (subset === undefined) return base;
  const replacing = portLevel(subset, port);
  if (replacing !== undefined) return blocks(replacing);
  return {
    connectionPool: subset.connectionPool ?? base.connectionPool,
    loadBalancer: subset.loadBalancer ?? base.loadBalancer,
    outlierDetection: subset.outlierDetection ?? base.outlierDetection,
    tls: subset.tls ?? base.tls,
  };
}
