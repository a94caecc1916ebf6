/** Field table: ServiceEntry: a service outside the cluster, or one not known to Kubernetes. */

import type { Decoded } from '../field-table.ts';
import { checked, list, message, oneOfNames, required, string, uint32 } from '../field-table.ts';
import { workloadEntrySpec } from './workload-entry.ts';
import { workloadSelector } from './workload-selector.ts';

export const serviceEntryPort = message('ServiceEntryPort', {
  name: required(string({ maxLength: 256 })),
  number: required(checked(uint32(), 'port-range')),
  protocol: string({ maxLength: 256 }),
  targetPort: checked(uint32(), 'port-range'),
});

export const serviceEntrySpec = message(
  'ServiceEntrySpec',
  {
    addresses: list(string({ maxLength: 64 }), { maxItems: 256 }),
    endpoints: list(checked(workloadEntrySpec, 'address-or-network', 'uds-without-ports'), {
      maxItems: 4096,
    }),
    exportTo: list(string()),
    hosts: required(list(checked(string(), 'not-star'), { minItems: 1, maxItems: 256 })),
    location: oneOfNames('MESH_EXTERNAL', 'MESH_INTERNAL'),
    ports: checked(
      list(serviceEntryPort, { maxItems: 256, uniqueBy: 'name' }),
      'unique-port-numbers',
    ),
    resolution: oneOfNames('NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'),
    subjectAltNames: list(string()),
    workloadSelector: workloadSelector,
  },
  {
    rules: [
      'workload-selector-or-endpoints',
      'cidr-needs-none-or-static',
      'none-without-endpoints',
      'round-robin-one-endpoint',
    ],
  },
);

export type ServiceEntryPort = Decoded<typeof serviceEntryPort>;
export type ServiceEntrySpec = Decoded<typeof serviceEntrySpec>;
