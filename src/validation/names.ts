/** Names of hosts, labels and protocols as Istio's validation reads them (pkg/config/validation/agent/validation.go, pkg/config/labels). */
import { parseAddress } from '../address/index.ts';

const label = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const wildcardLabel = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const labelName = /^[a-zA-Z0-9](?:[-a-zA-Z0-9_.]*[a-zA-Z0-9])?$/;

/** Capitals are fine, underscores are not. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && label.test(text);
}

/** The dot-joined labels of a name. The last may be empty (a trailing dot) but not a number. */
function areDnsLabels(text: string): boolean {
  const labels = text.split('.');
  const last = labels.length - 1;
  return labels.every((part, i) =>
    i === last ? !isNumber(part) && (part === '' || isDnsLabel(part)) : isDnsLabel(part),
  );
}

/** As strconv.Atoi: with a sign too, and only within 64 bits. */
function isNumber(text: string): boolean {
  if (!/^[-+]?\d+$/.test(text)) return false;
  const value = BigInt(text.replace(/^\+/, ''));
  return -(2n ** 63n) <= value && value < 2n ** 63n;
}

function isOfNameLength(text: string): boolean {
  return text.length >= 1 && text.length <= 255;
}

/** A fully qualified name. Plain IPv4 is none: its last part is a number. */
export function isFqdn(text: string): boolean {
  return isOfNameLength(text) && areDnsLabels(text);
}

/** A host name whose first label may be `*` or begin with it. One label alone is valid, a number too. */
export function isWildcardDomain(text: string): boolean {
  if (!isOfNameLength(text)) return false;
  const dot = text.indexOf('.');
  const first = dot === -1 ? text : text.slice(0, dot);
  if (first.length > 63 || !wildcardLabel.test(first)) return false;
  return dot === -1 || areDnsLabels(text.slice(dot + 1));
}

/** The form that hosts and SNI of a VirtualService on a gateway may also have: `outbound_.80_.v1_.host`. */
export function isGatewayBoundDomain(text: string): boolean {
  if (!text.startsWith('outbound_')) return isWildcardDomain(text);
  const [, port = '', , host = ''] = text.split('_');
  return isOfNameLength(text) && /\d/.test(port) && /[a-zA-Z]/.test(host);
}

/** A `*` that is neither the whole name nor its first label. */
export function isPartialWildcard(text: string): boolean {
  return text.includes('*') && text !== '*' && !text.startsWith('*.');
}

export function isIp(text: string): boolean {
  return parseAddress(text) !== null;
}

/** `[prefix/]name` of a label. */
export function isLabelKey(key: string): boolean {
  const slash = key.lastIndexOf('/');
  const name = key.slice(slash + 1);
  if (name.length > 63 || !labelName.test(name)) return false;
  if (slash === -1) return true;
  const prefix = key.slice(0, slash);
  return prefix.length <= 253 && prefix.split('.').every((part) => label.test(part));
}

/** Istio does not limit the length of a value. */
export function isLabelValue(value: string): boolean {
  return value === '' || labelName.test(value);
}

const protocols: ReadonlyMap<string, Protocol> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['grpc', 'GRPC'],
  ['grpc-web', 'GRPCWeb'],
  ['http', 'HTTP'],
  ['http_proxy', 'HTTP_PROXY'],
  ['http2', 'HTTP2'],
  ['https', 'HTTPS'],
  ['tls', 'TLS'],
  ['mongo', 'Mongo'],
  ['redis', 'Redis'],
  ['mysql', 'MySQL'],
]);

export type Protocol =
  | 'TCP'
  | 'UDP'
  | 'GRPC'
  | 'GRPCWeb'
  | 'HTTP'
  | 'HTTP_PROXY'
  | 'HTTP2'
  | 'HTTPS'
  | 'TLS'
  | 'Mongo'
  | 'Redis'
  | 'MySQL';

/** The names of protocols, for help texts. */
export const protocolNames = [...protocols.values()].join(', ');

/** The same as people write them in a `protocol` field. */
export const protocolWords = [...protocols.keys()].map((word) => word.toUpperCase());

/** The protocol of a name in any case, or null where Istio knows none of that name. */
export function parseProtocol(name: string): Protocol | null {
  return protocols.get(name.toLowerCase()) ?? null;
}

export function isHttp(protocol: Protocol | null): boolean {
  switch (protocol) {
    case 'HTTP':
    case 'HTTP2':
    case 'HTTP_PROXY':
    case 'GRPC':
    case 'GRPCWeb':
      return true;
    default:
      return false;
  }
}

export function isTls(protocol: Protocol | null): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

/** What Istio routes as TCP: the TLS family is among them. */
export function isTcp(protocol: Protocol | null): boolean {
  return (
    isTls(protocol) ||
    protocol === 'TCP' ||
    protocol === 'Mongo' ||
    protocol === 'Redis' ||
    protocol === 'MySQL'
  );
}
