/** Field table: Where a route sends: a host, a subset of it, one of its ports. */

import type { Decoded } from '../field-table.ts';
import { message, required, string, uint32 } from '../field-table.ts';

export const portSelector = message('PortSelector', {
  number: uint32(),
});

export const destination = message('Destination', {
  host: required(string()),
  port: portSelector,
  subset: string(),
});

export type PortSelector = Decoded<typeof portSelector>;
export type Destination = Decoded<typeof destination>;
