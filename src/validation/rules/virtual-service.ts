/** Rules about a VirtualService, its tcp and tls part: TCM0201 to TCM0229. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, refusal } from './define.ts';

export const virtualServiceRules = {
  delegateScope: refusal('TCM0201', 'hosts-missing', 'validation.go:ValidateVirtualService', {
    summary: 'A VirtualService without hosts has gateways, tcp or tls rules.',
    why: 'Without hosts it is a delegate that another VirtualService includes, and those carry http rules only.',
    help: 'Add the hosts that clients connect to.',
  }),
  noRules: refusal('TCM0202', 'no-rules', 'validation.go:ValidateVirtualService', {
    summary: 'A VirtualService has neither tcp, tls nor http rules.',
    why: 'It would route nothing, so Istio refuses it.',
    help: 'Add a rule under tcp, tls or http.',
  }),
  host: refusal('TCM0203', 'virtual-service-host', 'validation.go:ValidateVirtualService', {
    summary: 'A host is neither a name, a wildcard name nor an address.',
    why: 'Istio refuses the resource.',
    help: 'Use a DNS name; a * may only begin it (*.example.com).',
  }),
  starInMesh: refusal('TCM0204', 'star-host-in-mesh', 'validation.go:ValidateVirtualService', {
    summary: 'The host * is used in a VirtualService that is for sidecars.',
    why: 'It would take every connection of the mesh, so Istio allows it on gateways only.',
    help: 'Name a host, or list gateways without mesh.',
  }),
  hostsOverlap: refusal('TCM0205', 'hosts-overlap', 'validation.go:ValidateVirtualService', {
    summary: 'Two hosts of one VirtualService are equal, or one covers the other.',
    why: 'Istio refuses the resource.',
    help: 'Remove one of them.',
  }),
  gatewayName: refusal('TCM0206', 'gateway-reference', 'validation.go:validateGatewayNames', {
    summary: 'An entry of gateways is not the name of a gateway.',
    why: 'Istio refuses the resource.',
    help: 'Write name, namespace/name, or mesh.',
  }),
  dottedGatewayName: caution(
    'TCM0207',
    'dotted-gateway-reference',
    'validation.go:validateGatewayNames',
    {
      summary: 'A gateway is named the old way, with dots.',
      why: 'Istiod still takes the first two parts for name and namespace. Its analyzer does not know that form and calls the Gateway missing.',
      help: 'Write namespace/name.',
    },
  ),
  jwtClaim: refusal('TCM0208', 'jwt-claim-without-gateway', 'virtualservice.go:validateHTTPRoute', {
    summary: 'A match on a JWT claim stands in a VirtualService for sidecars.',
    why: 'Claims are routed on at gateways only.',
    help: 'List gateways without mesh, or match something else.',
  }),
  routeMissing: refusal('TCM0210', 'route-missing', 'validation.go:validateTCPRoute', {
    summary: 'A tcp or tls rule has no route.',
    why: 'Istio refuses the resource.',
    help: 'Add route with at least one destination.',
  }),
  subnet: refusal('TCM0211', 'destination-subnet', 'validation.go:validateTCPMatch', {
    summary: 'An entry of `destinationSubnets` is neither an address nor a subnet.',
    why: 'Istio refuses the resource.',
    help: 'Write an address or address/length, for example 10.96.0.0/16.',
  }),
  matchPort: refusal('TCM0212', 'match-port', 'validation.go:validateTCPMatch', {
    summary: 'The port of a match is not between 1 and 65535.',
    why: 'Istio refuses the resource.',
    help: 'Give the port of the service that clients connect to.',
  }),
  tlsMatchMissing: refusal('TCM0213', 'tls-match-missing', 'validation.go:validateTLSRoute', {
    summary: 'A tls rule has no match.',
    why: '`tls` rules choose by the server name that a client asks for, so each needs one.',
    help: 'Add match with `sniHosts`.',
  }),
  sniMissing: refusal('TCM0214', 'sni-missing', 'validation.go:validateTLSMatch', {
    summary: 'A match of a tls rule has no `sniHosts`.',
    why: '`tls` rules choose by the server name that a client asks for, so each needs one.',
    help: 'Add the server names to `sniHosts`.',
  }),
  sniHost: refusal('TCM0215', 'sni-host', 'validation.go:validateSniHost', {
    summary: 'An entry of `sniHosts` is not a name.',
    why: 'Istio refuses the resource.',
    help: 'Use a DNS name; a * may only begin it.',
  }),
  sniAddress: caution('TCM0216', 'sni-address', 'validation.go:validateSniHost', {
    summary: 'An entry of `sniHosts` is an IP address.',
    why: 'Clients do not send addresses as server name, so the match takes nothing.',
    help: 'Use the name that clients ask for.',
  }),
  sniNotInHosts: refusal('TCM0217', 'sni-not-in-hosts', 'validation.go:validateSniHost', {
    summary: 'An entry of `sniHosts` is covered by none of the hosts.',
    why: 'Istio refuses the resource; the names are compared as written, so a short host does not cover a full name.',
    help: 'Add the name to hosts, or a wildcard that covers it.',
  }),
  destinationMissing: refusal(
    'TCM0218',
    'destination-missing',
    'validation.go:validateRouteDestinations',
    {
      summary: 'An entry of a route has no destination.',
      why: 'Istio refuses the resource.',
      help: 'Add destination with a host.',
    },
  ),
  destinationHost: refusal('TCM0219', 'destination-host', 'validation.go:validateDestination', {
    summary: 'The host of a destination is missing, an address or no name.',
    why: 'Destinations are looked up in the service registry by name.',
    help: 'Name a service; for an address, add a ServiceEntry and use its host.',
  }),
  destinationSubset: refusal('TCM0220', 'destination-subset', 'validation.go:validateDestination', {
    summary: 'The subset of a destination is no DNS label.',
    why: 'No DestinationRule can have a subset of that name.',
    help: 'Use letters, digits and -, 63 at most.',
  }),
  destinationPort: refusal('TCM0221', 'destination-port', 'validation.go:validateDestination', {
    summary: 'The port of a destination has no number between 1 and 65535.',
    why: 'Istio refuses the resource.',
    help: 'Give number the port of the service, or remove port.',
  }),
  negativeWeight: refusal('TCM0222', 'negative-weight', 'validation.go:validateRouteDestinations', {
    summary: 'A weight is negative.',
    why: 'Istio refuses the resource.',
    help: 'Give a weight of 0 or more.',
  }),
  zeroWeights: refusal(
    'TCM0223',
    'weights-sum-to-zero',
    'validation.go:validateRouteDestinations',
    {
      summary: 'Several destinations have weights that sum to 0; one left out counts as 0.',
      why: 'No destination would ever be chosen, so Istio refuses the resource.',
      help: 'Give each destination its weight.',
    },
  ),
  unreachableRule: {
    ...caution('TCM0224', 'unreachable-rule', 'validation.go:analyzeUnreachableTCPRules', {
      summary: 'A rule can never be used, because an earlier one takes the same.',
      why: 'Rules are tried in order; the first that fits wins.',
      help: 'Move the rule up, or remove it.',
    }),
    istio: {
      rejects: false,
      code: 'IST0130',
      source: 'validation.go:analyzeUnreachableTCPRules',
    },
  },
  ineffectiveMatch: {
    code: 'TCM0225',
    name: 'ineffective-match',
    severity: 'info',
    summary: 'A match repeats one that an earlier rule has.',
    why: 'Rules are tried in order, so the repetition never decides.',
    help: 'Remove the repetition.',
    istio: {
      rejects: false,
      code: 'IST0131',
      source: 'validation.go:analyzeUnreachableTCPRules',
    },
  },
} as const satisfies { readonly [name: string]: RuleMeta };
