/** Field table: WorkloadEntry; its spec is also what an endpoint of a ServiceEntry looks like. */

import type { Decoded } from '../field-table.ts';
import { checked, map, message, string, uint32 } from '../field-table.ts';

export const workloadEntrySpec = message(
  'WorkloadEntrySpec',
  {
    address: checked(string({ maxLength: 256 }), 'uds-absolute', 'uds-not-a-folder'),
    labels: map(string(), { maxProperties: 256 }),
    locality: string({ maxLength: 2048 }),
    network: string({ maxLength: 2048 }),
    ports: checked(map(checked(uint32(), 'port-range'), { maxProperties: 128 }), 'port-names'),
    serviceAccount: string({ maxLength: 253 }),
    weight: uint32(),
  },
  { rules: ['address-or-network', 'uds-without-ports'] },
);

export type WorkloadEntrySpec = Decoded<typeof workloadEntrySpec>;
