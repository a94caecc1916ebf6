/** EndpointSlices and Endpoints as the API server takes them (kubernetes pkg/apis/discovery and core validation). */
import { parseAddress } from '../../address/index.ts';
import {
  type EndpointPort,
  isLabelName,
  isSubdomainName,
  type Placed,
  type Resource,
} from '../../resource/index.ts';
import { anyOf } from '../../text/index.ts';
import { quote, type Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';
import { isPort } from './bind.ts';

const addressTypes = ['IPv4', 'IPv6', 'FQDN'] as const;
const transports = ['TCP', 'UDP', 'SCTP'];
const mostAddresses = 100;
const mostEndpoints = 1000;

/** True where the API server takes it. */
export function checkEndpoints(
  resource: Resource<'EndpointSlice'> | Resource<'Endpoints'>,
  report: Report,
): boolean {
  let fine = true;
  const refuse: Refuse = (...args) => {
    fine = false;
    report(rules.endpointsShape, ...args);
  };
  if (resource.kind === 'EndpointSlice') {
    checkSlice(resource, refuse);
    checkSlicePorts(resource, refuse);
  } else checkSubsets(resource, refuse);
  return fine;
}

type Refuse = (
  value: Placed,
  keys: readonly (string | number)[],
  message: string,
  more?: { readonly help: string },
) => void;

function checkSlice({ spec }: Resource<'EndpointSlice'>, refuse: Refuse): void {
  const { addressType = '', endpoints = [] } = spec;
  const type = addressTypes.find((one) => one === addressType);
  if (type === undefined)
    refuse(
      spec,
      ['addressType'],
      addressType === ''
        ? 'this EndpointSlice has no addressType'
        : `${quote(addressType)} is not a type of addresses`,
      { help: `Use ${anyOf(addressTypes)}.` },
    );
  if (endpoints.length > mostEndpoints)
    refuse(spec, ['endpoints'], `${endpoints.length} endpoints, ${mostEndpoints} are allowed`);
  for (const endpoint of endpoints) {
    const { addresses = [] } = endpoint;
    if (addresses.length === 0)
      refuse(endpoint, ['addresses'], 'this endpoint has no address', {
        help: 'Give it one under `addresses`.',
      });
    if (addresses.length > mostAddresses)
      refuse(
        endpoint,
        ['addresses'],
        `${addresses.length} addresses, ${mostAddresses} are allowed`,
      );
    for (const [i, address] of addresses.entries()) {
      const wrong = type === undefined ? null : whyNotAddress(address, type);
      if (wrong !== null) refuse(endpoint, ['addresses', i], wrong);
    }
  }
}

function checkSubsets({ spec }: Resource<'Endpoints'>, refuse: Refuse): void {
  for (const subset of spec.subsets ?? []) {
    const addresses = [...(subset.addresses ?? []), ...(subset.notReadyAddresses ?? [])];
    if (addresses.length === 0)
      refuse(subset, ['addresses'], 'this subset has neither addresses nor notReadyAddresses');
    for (const address of addresses) {
      const wrong = whyNotAddress(address.ip ?? '', 'IP');
      if (wrong !== null) refuse(address, ['ip'], wrong);
    }
    checkSubsetPorts(subset.ports ?? [], refuse);
  }
}

/** The number of a port may be left out, and the API server does not look at its size either. */
function checkSlicePorts({ spec }: Resource<'EndpointSlice'>, refuse: Refuse): void {
  const seen = new Set<string>();
  for (const [i, port] of (spec.ports ?? []).entries()) {
    const { name = '' } = port;
    checkPort(port, refuse);
    if (seen.has(name) && name === '') refuse(spec, ['ports', i], 'two ports have no name');
    else if (seen.has(name)) refuse(port, ['name'], `two ports are named ${quote(name)}`);
    seen.add(name);
  }
}

function checkSubsetPorts(ports: readonly EndpointPort[], refuse: Refuse): void {
  for (const port of ports) {
    checkPort(port, refuse);
    if ((port.name ?? '') === '' && ports.length > 1)
      refuse(port, ['name'], 'one port of several has no name');
    if (port.port === undefined) refuse(port, ['port'], 'this port has no number');
    else if (!isPort(port.port))
      refuse(port, ['port'], `${port.port} is not a port number (1 to 65535)`);
  }
}

function checkPort(port: EndpointPort, refuse: Refuse): void {
  const { name = '', protocol = '' } = port;
  if (name !== '' && !isLabelName(name))
    refuse(port, ['name'], `${quote(name)} is not a name for a port`, {
      help: 'Use small letters, digits and -, starting and ending with a letter or digit.',
    });
  if (protocol !== '' && !transports.includes(protocol))
    refuse(port, ['protocol'], `${quote(protocol)} is not a transport`, {
      help: `Use ${anyOf(transports)}.`,
    });
}

/** Null for an address that an endpoint may have. */
function whyNotAddress(text: string, type: (typeof addressTypes)[number] | 'IP'): string | null {
  if (type === 'FQDN')
    return isSubdomainName(text.replace(/\.$/, '')) && text.includes('.')
      ? null
      : `${quote(text)} is not a full name`;
  const address = text.includes('%') ? null : parseAddress(text);
  if (address === null) return `${quote(text)} is not an IP address`;
  const { family, bits } = address;
  if (type !== 'IP' && type !== `IPv${family}`)
    return `${text} is an IPv${family} address, the addressType is ${type}`;
  const special = family === 4 ? specialV4(bits) : specialV6(bits);
  return special === null ? null : `${text} is ${special}: no endpoint may have it`;
}

function specialV4(bits: bigint): string | null {
  if (bits === 0n) return 'the unspecified address';
  if (bits >> 24n === 127n) return 'a loopback address';
  if (bits >> 16n === 0xa9fen) return 'a link-local address';
  return bits >> 8n === 0xe00000n ? 'a link-local multicast address' : null;
}

function specialV6(bits: bigint): string | null {
  if (bits === 0n) return 'the unspecified address';
  if (bits === 1n) return 'a loopback address';
  if (bits >> 118n === 0x3fan) return 'a link-local address';
  return bits >> 112n === 0xff02n ? 'a link-local multicast address' : null;
}
