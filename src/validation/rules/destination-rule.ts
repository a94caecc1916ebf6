/** Rules about a DestinationRule, and about the connection pools that a Sidecar has too: TCM0301 to TCM0399. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, refusal } from './define.ts';

const refused = 'Istio refuses the resource.';

export const destinationRuleRules = {
  host: refusal('TCM0301', 'destination-rule-host', 'validation.go:ValidateDestinationRule', {
    summary: 'The host is missing, an address or no name.',
    why: 'The rule would belong to no service.',
    help: 'Name the service that the rule is for, in full: name.namespace.svc.cluster.local.',
  }),
  subsetRepeated: refusal('TCM0302', 'subset-repeated', 'validation.go:ValidateDestinationRule', {
    summary: 'Two subsets have the same name.',
    why: refused,
    help: 'Rename or remove one of them.',
  }),
  subsetName: refusal('TCM0303', 'subset-name', 'validation.go:validateSubset', {
    summary: 'The name of a subset is missing or no DNS label.',
    why: 'Routes could not refer to it.',
    help: 'Use letters, digits and -, 63 at most.',
  }),
  selectorExport: refusal('TCM0304', 'selector-export', 'validation.go:validateExportTo', {
    summary: 'A DestinationRule with a `workloadSelector` is exported beyond its own namespace.',
    why: 'Selectors choose workloads of the own namespace only.',
    help: 'Set `exportTo` to ["."], or remove the selector.',
  }),
  emptyPolicy: refusal('TCM0305', 'traffic-policy-empty', 'validation.go:validateTrafficPolicy', {
    summary: 'A `trafficPolicy` has no setting.',
    why: refused,
    help: 'Add a setting, or remove `trafficPolicy`.',
  }),
  tunnelAndProxy: refusal(
    'TCM0306',
    'tunnel-and-proxy-protocol',
    'validation.go:validateTrafficPolicy',
    {
      summary: 'A `trafficPolicy` has both tunnel and `proxyProtocol`.',
      why: refused,
      help: 'Keep one of them.',
    },
  ),
  tunnel: refusal('TCM0307', 'tunnel', 'validation.go:validateTunnelSettings', {
    summary: 'A tunnel has an unknown protocol, or a target that is not a host or port.',
    why: refused,
    help: '`protocol` is CONNECT or POST; `targetHost` a full name or an address; `targetPort` 1 to 65535.',
  }),
  proxyProtocol: refusal(
    'TCM0308',
    'proxy-protocol-version',
    'validation.go:validateProxyProtocol',
    {
      summary: 'The version of the PROXY protocol is neither V1 nor V2.',
      why: refused,
      help: 'Use V1 or V2.',
    },
  ),
  portMissing: refusal(
    'TCM0309',
    'port-level-port-missing',
    'validation.go:validatePortTrafficPolicies',
    {
      summary: 'An entry of `portLevelSettings` does not say for which port.',
      why: refused,
      help: 'Add port with a number.',
    },
  ),
  portEmpty: refusal('TCM0310', 'port-level-empty', 'validation.go:validatePortTrafficPolicies', {
    summary: 'An entry of `portLevelSettings` has no setting.',
    why: refused,
    help: 'Add `connectionPool`, `loadBalancer`, `outlierDetection` or tls.',
  }),
  emptyPool: refusal('TCM0311', 'connection-pool-empty', 'validation.go:validateConnectionPool', {
    summary: 'A connection pool has neither tcp nor http.',
    why: refused,
    help: 'Add tcp or http, or remove the pool.',
  }),
  negativeLimit: refusal('TCM0312', 'negative-limit', 'validation.go:validateConnectionPool', {
    summary: 'A limit of a connection pool is negative.',
    why: refused,
    help: 'Give 0 (no limit of your own) or more.',
  }),
  upgradeConflict: refusal(
    'TCM0313',
    'upgrade-and-client-protocol',
    'validation.go:validateConnectionPool',
    {
      summary: 'A pool both upgrades to HTTP/2 and uses the protocol of the client.',
      why: refused,
      help: 'Keep one of them.',
    },
  ),
  keepAlive: refusal('TCM0314', 'http2-keepalive', 'validation.go:validateConnectionPool', {
    summary: '`http2KeepAlive` lacks interval or timeout.',
    why: refused,
    help: 'Give both.',
  }),
  ejectionPercent: refusal('TCM0315', 'outlier-percent', 'validation.go:validateOutlierDetection', {
    summary: 'A percentage of `outlierDetection` is not between 0 and 100.',
    why: refused,
    help: 'Give a percentage from 0 to 100.',
  }),
  consecutiveErrorsOld: caution(
    'TCM0316',
    'consecutive-errors-deprecated',
    'validation.go:validateOutlierDetection',
    {
      summary: '`outlierDetection.consecutiveErrors` is deprecated.',
      why: 'Istio does not read it any more.',
      help: 'Use consecutive5xxErrors or `consecutiveGatewayErrors`.',
    },
  ),
  localOrigin: refusal(
    'TCM0317',
    'local-origin-failures',
    'validation.go:validateOutlierDetection',
    {
      summary:
        '`consecutiveLocalOriginFailures` is given without `splitExternalLocalOriginErrors`.',
      why: 'It counts only when errors are split.',
      help: 'Set `splitExternalLocalOriginErrors`: true.',
    },
  ),
  cookieName: refusal('TCM0318', 'hash-cookie-name', 'validation.go:validateLoadBalancer', {
    summary: 'The cookie to hash by has no name.',
    why: refused,
    help: 'Name the cookie.',
  }),
  cookieAttribute: refusal(
    'TCM0319',
    'hash-cookie-attribute',
    'validation.go:validateLoadBalancer',
    {
      summary: 'An attribute of the cookie has no name, or one given before.',
      why: refused,
      help: 'Name each attribute, once.',
    },
  ),
  ringSizeOld: caution(
    'TCM0320',
    'minimum-ring-size-deprecated',
    'validation.go:validateLoadBalancer',
    {
      summary: '`consistentHash.minimumRingSize` is deprecated.',
      why: 'It will not be read any more one day.',
      help: 'Use `ringHash.minimumRingSize`.',
    },
  ),
  ringSizeTwice: refusal('TCM0321', 'ring-size-conflict', 'validation.go:validateLoadBalancer', {
    summary: '`consistentHash.minimumRingSize` stands beside `ringHash` or maglev.',
    why: refused,
    help: 'Remove `minimumRingSize`.',
  }),
  maglevTable: refusal('TCM0322', 'maglev-table-size', 'validation.go:validateLoadBalancer', {
    summary: 'The table size of maglev is 0, too large or no prime number.',
    why: 'The algorithm needs a prime below 5000011.',
    help: 'Use a prime, such as 65537.',
  }),
  localityConflict: refusal(
    'TCM0323',
    'locality-and-zone-aware',
    'validation.go:validateLoadBalancer',
    {
      summary: 'A load balancer has both `localityLbSetting` and `zoneAwareLbSetting`.',
      why: refused,
      help: 'Keep one of them.',
    },
  ),
  distributeAndFailover: refusal(
    'TCM0324',
    'distribute-and-failover',
    'validation.go:validateLocalityLbSetting',
    {
      summary: 'A locality setting has both distribute and failover.',
      why: refused,
      help: 'Keep one of them.',
    },
  ),
  failoverPriority: refusal(
    'TCM0325',
    'failover-priority-label',
    'validation.go:validateLocalityLbSetting',
    {
      summary: '`failoverPriority` names a topology label that failover orders already.',
      why: refused,
      help: 'Remove the label, or failover.',
    },
  ),
  distributeWeight: refusal(
    'TCM0326',
    'distribute-weight',
    'validation.go:validateLocalityLbSetting',
    {
      summary: 'The weights of a distribution are not between 1 and 100, or do not sum to 100.',
      why: refused,
      help: 'Give weights that sum to 100.',
    },
  ),
  locality: refusal('TCM0327', 'locality', 'validation.go:validateLocalities', {
    summary: 'A locality has an empty part, a misplaced *, or is covered by an earlier one.',
    why: refused,
    help: 'Write region, region/zone or region/zone/subzone; * only at the end.',
  }),
  failoverWithoutOutliers: caution(
    'TCM0329',
    'failover-without-outlier-detection',
    'validation.go:validateLocalityLbSetting',
    {
      summary: 'Failover is set without `outlierDetection` in the same policy.',
      why: 'Without it no endpoint is ever found unhealthy, so nothing fails over.',
      help: 'Add `outlierDetection` beside `loadBalancer`.',
    },
  ),
  failover: refusal('TCM0330', 'failover-region', 'validation.go:validateLocalityLbSetting', {
    summary: 'A failover goes from a region to itself, or names a zone or a wildcard.',
    why: 'Failover is between regions.',
    help: 'Name two different regions.',
  }),
  warmup: refusal('TCM0331', 'warmup', 'validation.go:validateWarmup', {
    summary: 'A warm-up has no duration, or a percentage or aggression out of range.',
    why: refused,
    help: 'Give duration; `minimumPercent` 0 to 100; aggression above 0.',
  }),
  configMap: refusal('TCM0333', 'config-map-credential', 'agent/validation.go:ValidateTLS', {
    summary: 'A configmap:// credential is malformed or of another namespace.',
    why: 'A DestinationRule may use ConfigMaps of its own namespace only.',
    help: 'Write configmap://<own namespace>/<name>.',
  }),
  skipVerify: refusal('TCM0334', 'insecure-skip-verify', 'agent/validation.go:ValidateTLS', {
    summary: '`insecureSkipVerify` stands beside what to verify against.',
    why: 'One contradicts the other.',
    help: 'Remove `insecureSkipVerify`, or the certificates and names to verify.',
  }),
  credentialAndFiles: refusal(
    'TCM0335',
    'client-credential-and-files',
    'agent/validation.go:ValidateTLS',
    {
      summary: '`credentialName` stands beside certificate files.',
      why: 'Certificates come from one or the other.',
      help: 'Keep `credentialName`, or the files.',
    },
  ),
  clientCertificate: refusal('TCM0336', 'client-certificate', 'agent/validation.go:ValidateTLS', {
    summary: 'Mutual TLS lacks the client certificate or its key.',
    why: 'The proxy would have nothing to show.',
    help: 'Give `clientCertificate` and `privateKey`, or `credentialName`, or use ISTIO_MUTUAL.',
  }),
} as const satisfies { readonly [name: string]: RuleMeta };
