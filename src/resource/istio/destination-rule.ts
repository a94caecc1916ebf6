/** Field table: DestinationRule: subsets of a host and the traffic policy towards it. */

import type { Decoded } from '../field-table.ts';
import {
  bool,
  checked,
  double,
  duration,
  int32,
  list,
  looseDuration,
  map,
  message,
  nullable,
  oneOfNames,
  required,
  string,
  uint32,
} from '../field-table.ts';
import { connectionPoolSettings } from './connection-pool.ts';
import { portSelector } from './destination.ts';
import { loadBalancerSettings } from './load-balancer.ts';

export const outlierDetection = message('OutlierDetection', {
  baseEjectionTime: duration(),
  consecutive5xxErrors: nullable(uint32()),
  consecutiveErrors: int32(),
  consecutiveGatewayErrors: nullable(uint32()),
  consecutiveLocalOriginFailures: nullable(uint32()),
  interval: duration(),
  maxEjectionPercent: int32(),
  minHealthPercent: int32(),
  outlierDetectionHttpErrorCodes: list(uint32({ minimum: 100, maximum: 599 })),
  splitExternalLocalOriginErrors: bool(),
});

export const clientTlsSettings = message('ClientTlsSettings', {
  caCertificates: string(),
  caCrl: string(),
  clientCertificate: string(),
  credentialName: string(),
  insecureSkipVerify: nullable(bool()),
  mode: oneOfNames('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  privateKey: string(),
  sni: string(),
  subjectAltNames: list(string()),
});

export const portTrafficPolicy = message('PortTrafficPolicy', {
  connectionPool: connectionPoolSettings,
  loadBalancer: loadBalancerSettings,
  outlierDetection: outlierDetection,
  port: portSelector,
  tls: clientTlsSettings,
});

export const proxyProtocol = message('ProxyProtocol', {
  version: oneOfNames('V1', 'V2'),
});

export const retryBudget = message('RetryBudget', {
  budgetInterval: looseDuration(),
  minRetryConcurrency: uint32(),
  percent: nullable(double({ minimum: 0, maximum: 100 })),
});

export const tunnel = message('Tunnel', {
  protocol: string(),
  targetHost: required(string()),
  targetPort: required(uint32()),
});

export const trafficPolicy = message('TrafficPolicy', {
  connectionPool: connectionPoolSettings,
  loadBalancer: loadBalancerSettings,
  outlierDetection: outlierDetection,
  portLevelSettings: list(portTrafficPolicy, { maxItems: 4096 }),
  proxyProtocol: proxyProtocol,
  retryBudget: retryBudget,
  tls: clientTlsSettings,
  tunnel: tunnel,
});

export const subset = message('Subset', {
  labels: map(string()),
  name: required(string()),
  trafficPolicy: trafficPolicy,
});

export const policyWorkloadSelector = message('PolicyWorkloadSelector', {
  matchLabels: checked(
    map(checked(string({ maxLength: 63 }), 'no-wildcard'), { maxProperties: 4096 }),
    'no-wildcard-key',
    'no-empty-key',
  ),
});

export const destinationRuleSpec = message('DestinationRuleSpec', {
  exportTo: list(string()),
  host: required(string()),
  subsets: list(subset),
  trafficPolicy: trafficPolicy,
  workloadSelector: policyWorkloadSelector,
});

export type OutlierDetection = Decoded<typeof outlierDetection>;
export type ClientTlsSettings = Decoded<typeof clientTlsSettings>;
export type PortTrafficPolicy = Decoded<typeof portTrafficPolicy>;
export type ProxyProtocol = Decoded<typeof proxyProtocol>;
export type RetryBudget = Decoded<typeof retryBudget>;
export type Tunnel = Decoded<typeof tunnel>;
export type TrafficPolicy = Decoded<typeof trafficPolicy>;
export type Subset = Decoded<typeof subset>;
export type PolicyWorkloadSelector = Decoded<typeof policyWorkloadSelector>;
export type DestinationRuleSpec = Decoded<typeof destinationRuleSpec>;
