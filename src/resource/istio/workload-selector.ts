/** Field table: Which workloads a resource is for. */

import type { Decoded } from '../field-table.ts';
import { checked, map, message, string } from '../field-table.ts';

export const workloadSelector = message('WorkloadSelector', {
  labels: map(checked(string({ maxLength: 63 }), 'no-wildcard'), { maxProperties: 256 }),
});

export type WorkloadSelector = Decoded<typeof workloadSelector>;
