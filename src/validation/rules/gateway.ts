/** Rules about a Gateway and about TLS at a server, which a Sidecar's ingress has too: TCM0401 to TCM0499. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, refusal } from './define.ts';

const refused = 'Istio refuses the resource.';

export const gatewayRules = {
  name: refusal('TCM0401', 'gateway-name', 'validation.go:ValidateGateway', {
    summary: 'The name of a Gateway is no DNS label.',
    why: 'Istio refuses the resource; a dot in the name is enough.',
    help: 'Use letters, digits and -, 63 at most.',
  }),
  servers: refusal('TCM0402', 'servers-missing', 'validation.go:ValidateGateway', {
    summary: 'A Gateway has no servers.',
    why: 'It would open no port.',
    help: 'Add servers with port and hosts.',
  }),
  hostsMissing: refusal('TCM0403', 'server-hosts-missing', 'validation.go:validateServer', {
    summary: 'A server has no hosts.',
    why: 'No VirtualService could be bound to it.',
    help: 'Add hosts; "*" for all.',
  }),
  host: refusal('TCM0404', 'server-host', 'validation.go:ValidateNamespaceSlashWildcardHostname', {
    summary:
      'A host of a server is not a full name, wildcard name or address, with or without a namespace before a slash.',
    why: 'Short names do not work at gateways.',
    help: 'Write the full name, *.domain, * or namespace/name.',
  }),
  portMissing: refusal('TCM0405', 'server-port-missing', 'validation.go:validateServer', {
    summary: 'A server has no port.',
    why: refused,
    help: 'Add port with number, name and protocol.',
  }),
  protocol: refusal('TCM0406', 'server-protocol', 'validation.go:validateServerPort', {
    summary: 'The protocol of a port is none that Istio knows.',
    why: refused,
    help: 'Use HTTP, HTTPS, GRPC, GRPC-Web, HTTP2, MONGO, REDIS, MYSQL, TCP, TLS or UDP.',
  }),
  portNumber: refusal('TCM0407', 'server-port-number', 'validation.go:validateServerPort', {
    summary: 'The number of a port is not between 1 and 65535.',
    why: refused,
    help: 'Give the number of the port to open; 0 only with a unix:// bind.',
  }),
  targetPort: refusal('TCM0408', 'server-target-port', 'validation.go:validateServerPort', {
    summary: '`targetPort` stands in the port of a Gateway server.',
    why: 'A Gateway opens its port itself; there is nothing to map.',
    help: 'Remove `targetPort`; the Service of the gateway maps ports.',
  }),
  portName: refusal('TCM0409', 'server-port-name', 'validation.go:validateServerPort', {
    summary: 'The port of a server has no name.',
    why: refused,
    help: 'Name the port, for example tcp-echo.',
  }),
  portNameRepeated: refusal(
    'TCM0410',
    'server-port-name-repeated',
    'validation.go:ValidateGateway',
    {
      summary: 'Two servers of one Gateway have ports of the same name.',
      why: refused,
      help: 'Give each port a name of its own.',
    },
  ),
  bind: refusal('TCM0411', 'server-bind', 'validation.go:validateServerBind', {
    summary: '`bind` is neither an address nor a unix:// path.',
    why: refused,
    help: 'Give an IP address, or unix:// with an absolute path and port number 0.',
  }),
  tlsMissing: refusal('TCM0413', 'server-tls-missing', 'validation.go:validateServer', {
    summary: 'A server for HTTPS or TLS has no tls settings.',
    why: 'Istio cannot know whether to terminate or to pass through.',
    help: 'Add tls with a mode, for example PASSTHROUGH.',
  }),
  tlsOnHttp: refusal('TCM0414', 'server-tls-on-http', 'validation.go:validateServer', {
    summary: 'A plain HTTP server has TLS settings beyond a redirect.',
    why: refused,
    help: 'Use protocol HTTPS, or leave only `tls.httpsRedirect`.',
  }),
  tlsOnTcp: refusal('TCM0415', 'server-tls-on-tcp', 'validation.go:validateServer', {
    summary: 'A server whose protocol is not HTTPS, TLS or HTTP has tls settings.',
    why: refused,
    help: 'Use protocol TLS to terminate TLS before TCP routing.',
  }),
  redirect: caution('TCM0416', 'https-redirect-without-http', 'validation.go:validateServer', {
    summary: '`tls.httpsRedirect` stands on a server that is not HTTP.',
    why: 'It does nothing there.',
    help: 'Remove it, or move it to the HTTP server.',
  }),
  oldTls: caution('TCM0417', 'tls-version-needs-ciphers', 'validation.go:validateTLSOptions', {
    summary: 'TLS 1.0 or 1.1 is allowed without cipher suites for it.',
    why: 'The default suites do not work with these versions.',
    help: 'List `cipherSuites`, or raise `minProtocolVersion`.',
  }),
  cipher: caution('TCM0418', 'cipher-suite', 'validation.go:validateTLSOptions', {
    summary: 'A cipher suite is not known to Envoy.',
    why: 'It is ignored.',
    help: 'Correct the name, or remove it.',
  }),
  cipherRepeated: caution('TCM0419', 'cipher-suite-repeated', 'validation.go:validateTLSOptions', {
    summary: 'A cipher suite is listed twice.',
    why: 'The second is ignored.',
    help: 'Remove one.',
  }),
  istioMutual: refusal('TCM0420', 'istio-mutual-certificates', 'validation.go:validateTLSOptions', {
    summary: 'ISTIO_MUTUAL stands beside certificates.',
    why: 'The mesh brings its own certificates in this mode.',
    help: 'Remove the certificates, or use MUTUAL.',
  }),
  passthrough: caution('TCM0421', 'passthrough-certificates', 'validation.go:validateTLSOptions', {
    summary: 'A server that passes TLS through has certificates.',
    why: 'They are not used.',
    help: 'Remove them, or use SIMPLE or MUTUAL.',
  }),
  certificateSources: refusal(
    'TCM0422',
    'certificate-sources',
    'validation.go:validateTLSOptions',
    {
      summary: 'Certificates come from more than one source.',
      why: refused,
      help: 'Keep one of `credentialName`, `credentialNames`, `serverCertificate` with `privateKey`, `tlsCertificates`.',
    },
  ),
  caMissing: refusal('TCM0423', 'ca-certificates-missing', 'validation.go:validateTLSOptions', {
    summary: 'Mutual TLS has no CA to verify clients with.',
    why: refused,
    help: 'Add `caCertificates`, or use `credentialName`.',
  }),
  certificateMissing: refusal(
    'TCM0424',
    'server-certificate-missing',
    'validation.go:validateTLSOptions',
    {
      summary: 'A server that terminates TLS has no certificate or no key.',
      why: refused,
      help: 'Add `credentialName`, or `serverCertificate` and `privateKey`.',
    },
  ),
  manyCertificates: caution('TCM0425', 'many-certificates', 'validation.go:validateTLSOptions', {
    summary: 'More than two certificates are given.',
    why: 'One for RSA and one for ECDSA are used.',
    help: 'Keep two.',
  }),
  crl: refusal('TCM0426', 'ca-crl', 'validation.go:validateTLSOptions', {
    summary: '`caCrl` stands where no client certificates are verified, or beside a credential.',
    why: refused,
    help: 'Remove `caCrl`.',
  }),
} as const satisfies { readonly [name: string]: RuleMeta };
