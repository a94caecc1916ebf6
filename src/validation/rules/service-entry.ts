/** Rules about a ServiceEntry and about workloads outside the cluster (WorkloadEntry): TCM0501 to TCM0599. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, refusal } from './define.ts';

const refused = 'Istio refuses the resource.';

export const serviceEntryRules = {
  selectorAndEndpoints: refusal(
    'TCM0501',
    'selector-and-endpoints',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'A ServiceEntry has both `workloadSelector` and endpoints.',
      why: refused,
      help: 'Keep one of them.',
    },
  ),
  hosts: refusal('TCM0502', 'service-entry-hosts-missing', 'validation.go:ValidateServiceEntry', {
    summary: 'A ServiceEntry has no hosts.',
    why: 'There is no name to call it by.',
    help: 'Add hosts.',
  }),
  host: refusal('TCM0503', 'service-entry-host', 'validation.go:ValidateServiceEntry', {
    summary: 'A host is * alone or no name.',
    why: refused,
    help: 'Use a DNS name; a * may only be its first label.',
  }),
  partialWildcard: caution(
    'TCM0504',
    'service-entry-partial-wildcard',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'A host has a * that is not its whole first label.',
      why: 'Such wildcards are not supported everywhere.',
      help: 'Use *.domain.',
    },
  ),
  address: refusal('TCM0505', 'service-entry-address', 'validation.go:ValidateServiceEntry', {
    summary: 'An entry of addresses is neither an address nor a subnet.',
    why: refused,
    help: 'Write an address or address/length.',
  }),
  cidrResolution: refusal(
    'TCM0506',
    'cidr-needs-none-or-static',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'A subnet stands among the addresses of a ServiceEntry that resolves by DNS.',
      why: 'Subnets work with resolution NONE or STATIC only, /32 included.',
      help: 'Use plain addresses, or resolution NONE or STATIC.',
    },
  ),
  portNameRepeated: refusal(
    'TCM0507',
    'service-entry-port-name-repeated',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'Two ports have the same name.',
      why: refused,
      help: 'Give each port a name of its own.',
    },
  ),
  portRepeated: refusal(
    'TCM0508',
    'service-entry-port-repeated',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'Two ports have the same number.',
      why: refused,
      help: 'Remove one of them.',
    },
  ),
  portNumber: refusal(
    'TCM0509',
    'service-entry-port-number',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'The number of a port is not between 1 and 65535.',
      why: refused,
      help: 'Give the port that clients connect to.',
    },
  ),
  portName: refusal('TCM0511', 'service-entry-port-name', 'validation.go:ValidateServiceEntry', {
    summary: 'The name of a port is missing or no DNS label.',
    why: refused,
    help: 'Use letters, digits and -, for example tcp-db.',
  }),
  protocol: refusal('TCM0512', 'service-entry-protocol', 'validation.go:ValidateServiceEntry', {
    summary: 'The protocol of a port is none that Istio knows.',
    why: refused,
    help: 'Use HTTP, HTTPS, GRPC, GRPC-Web, HTTP2, MONGO, REDIS, MYSQL, TCP, TLS or UDP.',
  }),
  tcpWithoutAddress: caution(
    'TCM0513',
    'tcp-without-address',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'A TCP port stands in a ServiceEntry that has no address and gets none.',
      why: 'TCP carries no host name, so every address on this port is taken for this host.',
      help: 'Add addresses.',
    },
  ),
  noneWithEndpoints: refusal(
    'TCM0514',
    'none-with-endpoints',
    'validation.go:ValidateServiceEntry',
    {
      summary: 'A ServiceEntry with resolution NONE has endpoints.',
      why: 'With NONE the proxy goes where the client wanted to.',
      help: 'Use resolution STATIC, or remove the endpoints.',
    },
  ),
  noneWithSelector: caution('TCM0515', 'none-with-selector', 'validation.go:ValidateServiceEntry', {
    summary: 'A ServiceEntry with resolution NONE has a `workloadSelector`.',
    why: 'With NONE the proxy goes where the client wanted to; the selected workloads are not used.',
    help: 'Use resolution STATIC, or remove the selector.',
  }),
  endpointAddressMissing: refusal(
    'TCM0516',
    'endpoint-address-missing',
    'validation.go:validateWorkloadEntry',
    {
      summary: 'An endpoint has neither address nor network.',
      why: 'There is nothing to connect to.',
      help: 'Add an address.',
    },
  ),
  networkOnly: caution('TCM0517', 'endpoint-network-only', 'validation.go:validateWorkloadEntry', {
    summary: 'An endpoint has a network but no address.',
    why: 'It is reached only through a gateway of that network.',
    help: 'Add an address if it is reached directly.',
  }),
  endpointAddress: refusal('TCM0519', 'endpoint-address', 'validation.go:validateWorkloadEntry', {
    summary: 'The address of an endpoint is not of the kind that the resolution takes.',
    why: refused,
    help: 'STATIC takes an IP address or unix:// with an absolute path; DNS a full name or an address.',
  }),
  unixEndpoint: refusal('TCM0520', 'unix-endpoint', 'validation.go:validateWorkloadEntry', {
    summary: 'An endpoint on a unix socket has ports, or the service more or fewer than one port.',
    why: 'A socket has no ports.',
    help: 'Remove ports of the endpoint; give the service one port.',
  }),
  endpointPort: refusal('TCM0521', 'endpoint-port', 'validation.go:validateWorkloadEntry', {
    summary:
      'A port of an endpoint is not named in the service, or has a malformed name or number.',
    why: refused,
    help: 'Map names of ports of the service to numbers from 1 to 65535.',
  }),
  dnsHost: refusal('TCM0522', 'dns-needs-full-name', 'validation.go:ValidateServiceEntry', {
    summary: 'A host that is to be resolved by DNS is not a full name.',
    why: 'Without endpoints the proxy resolves the host itself, and cannot resolve a wildcard.',
    help: 'Add endpoints, name the host in full, or use resolution NONE.',
  }),
  roundRobin: refusal('TCM0523', 'round-robin-endpoints', 'validation.go:ValidateServiceEntry', {
    summary: 'DNS_ROUND_ROBIN has more than one endpoint.',
    why: refused,
    help: 'Keep one endpoint, or use DNS.',
  }),
  severalTcpHosts: caution('TCM0524', 'several-tcp-hosts', 'validation.go:ValidateServiceEntry', {
    summary: 'Several hosts share addresses on a TCP port.',
    why: 'TCP carries no host name, so the hosts cannot be told apart.',
    help: 'Write one ServiceEntry a host, each with its own address.',
  }),
  dynamicDns: refusal('TCM0525', 'dynamic-dns', 'validation.go:ValidateServiceEntry', {
    summary:
      'DYNAMIC_DNS is used with a plain host, addresses, endpoints, or a port that is not HTTP, HTTP2, GRPC or TLS.',
    why: 'The name to resolve comes from the request, so the entry must be for a wildcard and the protocol carry a name.',
    help: 'Use resolution DNS for plain hosts.',
  }),
  resolution: refusal('TCM0527', 'resolution', 'validation.go:ValidateServiceEntry', {
    summary: '`resolution` is a number that stands for nothing.',
    why: refused,
    help: 'Use NONE, STATIC, DNS, DNS_ROUND_ROBIN or DYNAMIC_DNS.',
  }),
  severalHosts: refusal('TCM0528', 'several-hosts', 'validation.go:ValidateServiceEntry', {
    summary: 'Several hosts stand in one ServiceEntry with a port that carries no host name.',
    why: 'Only HTTP and TLS say which host is meant.',
    help: 'Write one ServiceEntry a host.',
  }),
} as const satisfies { readonly [name: string]: RuleMeta };
