/** One endpoint of a service, whatever it was made of. */
import type { Labels, Workload } from './workload.ts';

/**
 * Where a service's traffic may go. portName, servicePort: of the service's port that it serves; by the number where a ServiceEntry
 * brought it, else by the name, other records of the host know it. address may be a host name. leaving: it is terminating, so no
 * cluster has it any more, though listeners by address do.
 */
export type MeshEndpoint = {
  readonly portName: string;
  readonly servicePort: number;
  readonly address: string;
  readonly port: number;
  readonly labels: Labels;
  readonly workload: Workload | null;
  readonly healthy: boolean;
  readonly leaving: boolean;
  readonly fromEntry: boolean;
  /** Against other endpoints; absent: 1 (`model/service.go:GetLoadBalancingWeight`). */
  readonly weight?: number | undefined;
};
