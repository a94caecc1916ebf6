/** Field table: The tcp and tls rules of a VirtualService. */

import type { Decoded } from '../field-table.ts';
import { int32, list, map, message, required, string, uint32 } from '../field-table.ts';
import { destination } from './destination.ts';

export const l4MatchAttributes = message('L4MatchAttributes', {
  destinationSubnets: list(string()),
  gateways: list(string()),
  port: uint32(),
  sourceLabels: map(string()),
  sourceNamespace: string(),
  sourceSubnet: string(),
});

export const routeDestination = message('RouteDestination', {
  destination: required(destination),
  weight: int32(),
});

export const tcpRoute = message('TcpRoute', {
  match: list(l4MatchAttributes),
  route: list(routeDestination),
});

export const tlsMatchAttributes = message('TlsMatchAttributes', {
  destinationSubnets: list(string()),
  gateways: list(string()),
  port: uint32(),
  sniHosts: required(list(string())),
  sourceLabels: map(string()),
  sourceNamespace: string(),
});

export const tlsRoute = message('TlsRoute', {
  match: required(list(tlsMatchAttributes)),
  route: list(routeDestination),
});

export type L4MatchAttributes = Decoded<typeof l4MatchAttributes>;
export type RouteDestination = Decoded<typeof routeDestination>;
export type TcpRoute = Decoded<typeof tcpRoute>;
export type TlsMatchAttributes = Decoded<typeof tlsMatchAttributes>;
export type TlsRoute = Decoded<typeof tlsRoute>;
