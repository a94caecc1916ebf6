/** Field table: what a cluster reports of an object, as far as tcpmesh reads it. */
import { type Decoded, list, openMessage, string } from '../field-table.ts';

const condition = openMessage('Condition', {
  type: string(),
  status: string(),
  reason: string(),
  message: string(),
});

/** The first three are of Pods alone, addresses of ServiceEntries: what Istiod gave their hosts. */
export const objectStatus = openMessage('Status', {
  phase: string(),
  podIP: string(),
  podIPs: list(openMessage('PodIP', { ip: string() })),
  addresses: list(openMessage('HostAddress', { host: string(), value: string() })),
  conditions: list(condition),
});

export type ObjectStatus = Decoded<typeof objectStatus>;
