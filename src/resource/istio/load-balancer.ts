/** Field table: How a DestinationRule spreads connections over endpoints. */

import type { Decoded } from '../field-table.ts';
import {
  bool,
  double,
  duration,
  list,
  looseDuration,
  map,
  message,
  nullable,
  oneOfNames,
  required,
  string,
  uint32,
  uint64,
} from '../field-table.ts';

export const backendUtilization = message('BackendUtilization', {
  errorUtilizationPenaltyPercent: uint32(),
  metricNamesForComputingUtilization: list(string()),
  weightExpirationPeriod: looseDuration(),
  weightStabilizationPeriod: looseDuration(),
  weightUpdatePeriod: looseDuration(),
});

export const httpCookieAttribute = message('HttpCookieAttribute', {
  name: required(string()),
  value: string(),
});

export const httpCookie = message('HttpCookie', {
  attributes: list(httpCookieAttribute),
  name: required(string()),
  path: string(),
  ttl: looseDuration(),
});

export const maglev = message('Maglev', {
  tableSize: uint64(),
});

export const ringHash = message('RingHash', {
  minimumRingSize: uint64(),
});

export const consistentHash = message(
  'ConsistentHash',
  {
    httpCookie: httpCookie,
    httpHeaderName: string(),
    httpQueryParameterName: string(),
    maglev: maglev,
    minimumRingSize: uint64(),
    ringHash: ringHash,
    useSourceIp: bool(),
  },
  {
    oneOf: [
      { atMost: ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'] },
      { atMost: ['ringHash', 'maglev'] },
    ],
  },
);

export const localityDistribute = message('LocalityDistribute', {
  from: string(),
  to: map(uint32()),
});

export const localityFailover = message('LocalityFailover', {
  from: string(),
  to: string(),
});

export const localityLbSetting = message('LocalityLbSetting', {
  distribute: list(localityDistribute),
  enabled: nullable(bool()),
  failover: list(localityFailover),
  failoverPriority: list(string()),
});

export const warmup = message('Warmup', {
  aggression: nullable(double({ minimum: 0 })),
  duration: required(duration()),
  minimumPercent: nullable(double({ minimum: 0, maximum: 100 })),
});

export const zoneAwareLbSetting = message('ZoneAwareLbSetting', {
  enabled: nullable(bool()),
  failover: list(localityFailover),
  failoverPriority: list(string()),
  minClusterSize: nullable(uint32({ minimum: 1 })),
});

export const loadBalancerSettings = message(
  'LoadBalancerSettings',
  {
    backendUtilization: backendUtilization,
    consistentHash: consistentHash,
    localityLbSetting: localityLbSetting,
    simple: oneOfNames(
      'UNSPECIFIED',
      'LEAST_CONN',
      'RANDOM',
      'PASSTHROUGH',
      'ROUND_ROBIN',
      'LEAST_REQUEST',
    ),
    warmup: warmup,
    warmupDurationSecs: duration(),
    zoneAwareLbSetting: zoneAwareLbSetting,
  },
  { oneOf: [{ atMost: ['simple', 'consistentHash', 'backendUtilization'] }] },
);

export type BackendUtilization = Decoded<typeof backendUtilization>;
export type HttpCookieAttribute = Decoded<typeof httpCookieAttribute>;
export type HttpCookie = Decoded<typeof httpCookie>;
export type Maglev = Decoded<typeof maglev>;
export type RingHash = Decoded<typeof ringHash>;
export type ConsistentHash = Decoded<typeof consistentHash>;
export type LocalityDistribute = Decoded<typeof localityDistribute>;
export type LocalityFailover = Decoded<typeof localityFailover>;
export type LocalityLbSetting = Decoded<typeof localityLbSetting>;
export type Warmup = Decoded<typeof warmup>;
export type ZoneAwareLbSetting = Decoded<typeof zoneAwareLbSetting>;
export type LoadBalancerSettings = Decoded<typeof loadBalancerSettings>;
