/** Field table: VirtualService: the kind that routes. */

import type { Decoded } from '../field-table.ts';
import { list, listOf, message, string } from '../field-table.ts';
import { httpRoute } from './http-route.ts';
import { tcpRoute, tlsRoute } from './l4-route.ts';

export const virtualServiceSpec = message('VirtualServiceSpec', {
  exportTo: list(string()),
  gateways: list(string()),
  hosts: list(string()),
  http: listOf(() => httpRoute),
  tcp: list(tcpRoute),
  tls: list(tlsRoute),
});

export type VirtualServiceSpec = Decoded<typeof virtualServiceSpec>;
