/** Field table: Sidecar: what the proxies of a namespace or workload see. */

import type { Decoded } from '../field-table.ts';
import { list, message, oneOfNames, required, string, uint32 } from '../field-table.ts';
import { connectionPoolSettings } from './connection-pool.ts';
import { destination } from './destination.ts';
import { serverTlsSettings } from './server-tls.ts';
import { workloadSelector } from './workload-selector.ts';

export const sidecarPort = message('SidecarPort', {
  name: string(),
  number: uint32(),
  protocol: string(),
  targetPort: uint32(),
});

export const istioEgressListener = message('IstioEgressListener', {
  bind: string(),
  captureMode: oneOfNames('DEFAULT', 'IPTABLES', 'NONE'),
  hosts: required(list(string())),
  port: sidecarPort,
});

export const istioIngressListener = message('IstioIngressListener', {
  bind: string(),
  captureMode: oneOfNames('DEFAULT', 'IPTABLES', 'NONE'),
  connectionPool: connectionPoolSettings,
  defaultEndpoint: string(),
  port: required(sidecarPort),
  tls: serverTlsSettings,
});

export const outboundTrafficPolicy = message('OutboundTrafficPolicy', {
  egressProxy: destination,
  mode: oneOfNames('REGISTRY_ONLY', 'ALLOW_ANY'),
});

export const sidecarSpec = message('SidecarSpec', {
  egress: list(istioEgressListener),
  inboundConnectionPool: connectionPoolSettings,
  ingress: list(istioIngressListener),
  outboundTrafficPolicy: outboundTrafficPolicy,
  workloadSelector: workloadSelector,
});

export type SidecarPort = Decoded<typeof sidecarPort>;
export type IstioEgressListener = Decoded<typeof istioEgressListener>;
export type IstioIngressListener = Decoded<typeof istioIngressListener>;
export type OutboundTrafficPolicy = Decoded<typeof outboundTrafficPolicy>;
export type SidecarSpec = Decoded<typeof sidecarSpec>;
