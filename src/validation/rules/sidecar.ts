/** Rules about a Sidecar: TCM0601 to TCM0699. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, refusal } from './define.ts';

const refused = 'Istio refuses the resource.';

export const sidecarRules = {
  empty: refusal('TCM0601', 'sidecar-empty', 'validation.go:ValidateSidecar', {
    summary: 'A Sidecar has no setting beyond its selector.',
    why: refused,
    help: 'Add egress, ingress, `outboundTrafficPolicy` or `inboundConnectionPool`.',
  }),
  ingressPort: refusal('TCM0602', 'ingress-port-missing', 'validation.go:ValidateSidecar', {
    summary: 'An ingress listener has no port.',
    why: refused,
    help: 'Add port with number, protocol and name.',
  }),
  targetPort: refusal('TCM0603', 'sidecar-target-port', 'validation.go:ValidateSidecar', {
    summary: '`targetPort` stands in the port of a Sidecar listener.',
    why: refused,
    help: 'Remove it; `defaultEndpoint` says where ingress traffic goes.',
  }),
  portName: refusal('TCM0604', 'sidecar-port-name', 'validation.go:ValidateSidecar', {
    summary: 'The name of a port is no DNS label.',
    why: refused,
    help: 'Use letters, digits and -.',
  }),
  protocol: refusal('TCM0605', 'sidecar-protocol', 'validation.go:ValidateSidecar', {
    summary: 'The protocol of a port is none that Istio knows.',
    why: refused,
    help: 'Use HTTP, HTTPS, GRPC, GRPC-Web, HTTP2, MONGO, REDIS, MYSQL, TCP, TLS or UDP.',
  }),
  portNumber: refusal('TCM0606', 'sidecar-port-number', 'validation.go:ValidateSidecar', {
    summary: 'The number of a port is not between 1 and 65535.',
    why: refused,
    help: 'Give the number of the port.',
  }),
  bind: refusal('TCM0607', 'sidecar-bind', 'validation.go:ValidateSidecar', {
    summary: '`bind` is not of the kind that the listener takes.',
    why: refused,
    help: 'Give an IP address; unix:// with an absolute path only for egress with port number 0.',
  }),
  portRepeated: refusal('TCM0608', 'sidecar-port-repeated', 'validation.go:ValidateSidecar', {
    summary: 'Two listeners have the same port or socket.',
    why: refused,
    help: 'Merge them.',
  }),
  defaultEndpoint: refusal('TCM0609', 'default-endpoint', 'validation.go:ValidateSidecar', {
    summary: '`defaultEndpoint` is neither a local address with a port nor a unix:// path.',
    why: refused,
    help: 'Write 127.0.0.1:port, 0.0.0.0:port, [::1]:port, :port or unix:///path.',
  }),
  ingressTls: refusal('TCM0610', 'ingress-tls', 'validation.go:validateSidecarIngressTLS', {
    summary:
      'The TLS settings of an ingress listener have something that only gateways know, or the port is not TLS.',
    why: refused,
    help: 'Use protocol TLS or HTTPS, mode SIMPLE or MUTUAL, and certificate files.',
  }),
  httpPool: caution('TCM0611', 'http-pool-on-tcp', 'validation.go:ValidateSidecar', {
    summary: 'An ingress listener that is not HTTP has an http connection pool.',
    why: 'It is not used there.',
    help: 'Use tcp, or set the protocol of the port to HTTP.',
  }),
  catchAllPlace: refusal('TCM0612', 'egress-catch-all', 'validation.go:ValidateSidecar', {
    summary: 'The egress listener without a port is not the last, or not the only one.',
    why: refused,
    help: 'Keep one and move it to the end.',
  }),
  captureMode: refusal('TCM0615', 'unix-capture-mode', 'validation.go:ValidateSidecar', {
    summary: 'An egress listener on a unix socket has a `captureMode` that redirects packets.',
    why: 'Sockets are not captured.',
    help: 'Use DEFAULT or NONE.',
  }),
  egressHostsMissing: refusal('TCM0616', 'egress-hosts-missing', 'validation.go:ValidateSidecar', {
    summary: 'An egress listener has no hosts.',
    why: refused,
    help: 'Add hosts, for example "./*".',
  }),
  egressHost: refusal(
    'TCM0617',
    'egress-host',
    'validation.go:ValidateNamespaceSlashWildcardHostname',
    {
      summary: 'An egress host is not of the form namespace/name.',
      why: refused,
      help: 'Write namespace/full-name; ".", "*" or "~" may stand for the namespace, "*" for the name.',
    },
  ),
  egressHostRepeated: caution(
    'TCM0618',
    'egress-host-repeated',
    'validation.go:validateSidecarEgressHosts',
    {
      summary: 'An egress host is covered by another of the same list.',
      why: "It adds nothing; but in a Sidecar of the root namespace, which is for all namespaces, `./*` is each client's own.",
      help: 'Remove it, unless this is such a Sidecar and the two are of different namespaces there.',
    },
  ),
  egressEverything: caution(
    'TCM0619',
    'egress-everything',
    'validation.go:validateSidecarEgressHosts',
    {
      summary: '`*/*` stands beside other hosts.',
      why: 'It imports everything, so the others add nothing.',
      help: 'Remove */*, or the others.',
    },
  ),
  egressProxy: refusal(
    'TCM0620',
    'egress-proxy',
    'validation.go:validateSidecarOutboundTrafficPolicy',
    {
      summary: '`egressProxy` is used without ALLOW_ANY, or lacks a full host name or a port.',
      why: refused,
      help: 'Set mode: ALLOW_ANY, and give `egressProxy` a full host name and a port.',
    },
  ),
  outboundMode: refusal(
    'TCM0621',
    'outbound-mode',
    'validation.go:validateSidecarOutboundTrafficPolicy',
    {
      summary: 'The outbound mode is a number for a mode that a Sidecar does not take.',
      why: refused,
      help: 'Use REGISTRY_ONLY or ALLOW_ANY.',
    },
  ),
} as const satisfies { readonly [name: string]: RuleMeta };
