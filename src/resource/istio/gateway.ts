/** Field table: Gateway: servers that gateway workloads open. */

import type { Decoded } from '../field-table.ts';
import { list, map, message, required, string, uint32 } from '../field-table.ts';
import { serverTlsSettings } from './server-tls.ts';

export const serverPort = message('ServerPort', {
  name: required(string()),
  number: required(uint32()),
  protocol: required(string()),
  targetPort: uint32(),
});

export const server = message('Server', {
  bind: string(),
  defaultEndpoint: string(),
  hosts: required(list(string())),
  name: string(),
  port: required(serverPort),
  tls: serverTlsSettings,
});

export const gatewaySpec = message('GatewaySpec', {
  selector: map(string()),
  servers: list(server),
});

export type ServerPort = Decoded<typeof serverPort>;
export type Server = Decoded<typeof server>;
export type GatewaySpec = Decoded<typeof gatewaySpec>;
