/** SOCKS 5 as bytes (RFC 1928, RFC 1929): readers that say "more" until a message is whole, and the answers. Every length is bounded by its one-byte field. */
import { isIP } from 'node:net';
import { formatAddress } from '../../address/index.ts';
import type { SocksRequest } from '../decision.ts';

/** `used`: how many bytes the message took. */
export type Parsed<T> =
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'read'; readonly value: T; readonly used: number };

const more = { kind: 'more' } as const;

/** The methods that the client offers. */
export function readGreeting(bytes: Buffer): Parsed<readonly number[]> {
  const version = bytes[0];
  if (version === undefined) return more;
  if (version !== 5) return { kind: 'bad', why: `version ${version} instead of 5` };
  const count = bytes[1];
  if (count === undefined || bytes.length < 2 + count) return more;
  return { kind: 'read', value: [...bytes.subarray(2, 2 + count)], used: 2 + count };
}

/** User name and password; any password will do. */
export function readLogin(bytes: Buffer): Parsed<string> {
  const version = bytes[0];
  if (version === undefined) return more;
  if (version !== 1) return { kind: 'bad', why: `login version ${version} instead of 1` };
  const nameLength = bytes[1];
  if (nameLength === undefined || bytes.length < 2 + nameLength) return more;
  const passwordLength = bytes[2 + nameLength];
  if (passwordLength === undefined) return more;
  const used = 3 + nameLength + passwordLength;
  if (bytes.length < used) return more;
  return { kind: 'read', value: bytes.toString('utf8', 2, 2 + nameLength), used };
}

export type RawRequest = Omit<SocksRequest, 'user'> & {
  readonly command: number;
  /** Undefined for a type that SOCKS 5 does not have. */
  readonly addressType: 'ipv4' | 'ipv6' | 'name' | undefined;
};

const addressTypes: { readonly [code: number]: RawRequest['addressType'] } = {
  1: 'ipv4',
  3: 'name',
  4: 'ipv6',
};

export function readRequest(bytes: Buffer): Parsed<RawRequest> {
  if (bytes.length > 0 && bytes[0] !== 5)
    return { kind: 'bad', why: `version ${bytes[0]} instead of 5` };
  if (bytes.length < 5) return more;
  const command = bytes.readUInt8(1);
  const addressType = addressTypes[bytes.readUInt8(3)];
  const start = addressType === 'name' ? 5 : 4;
  const length = { ipv4: 4, ipv6: 16, name: bytes.readUInt8(4) }[addressType ?? 'ipv4'];
  const used = start + length + 2;
  if (addressType === undefined)
    return {
      kind: 'read',
      value: { command, addressType, host: undefined, ip: undefined, port: 0 },
      used: bytes.length,
    };
  if (bytes.length < used) return more;
  const address = bytes.subarray(start, start + length);
  const port = bytes.readUInt16BE(start + length);
  const value = { command, addressType, ...target(addressType, address), port };
  return { kind: 'read', value, used };
}

/** Many clients send an address as if it were a name. */
function target(
  type: 'ipv4' | 'ipv6' | 'name',
  address: Buffer,
): Pick<SocksRequest, 'host' | 'ip'> {
  const text =
    type === 'name'
      ? address.toString('utf8')
      : type === 'ipv4'
        ? address.join('.')
        : ipv6(address);
  return type === 'name' && isIP(text) === 0
    ? { host: text, ip: undefined }
    : { host: undefined, ip: text };
}

/** As people write it. An IPv4 address in IPv6 clothes comes out as IPv4. */
function ipv6(address: Buffer): string {
  const mapped = address.subarray(0, 10).every((byte) => byte === 0);
  if (mapped && address.readUInt16BE(10) === 0xffff) return [...address.subarray(12)].join('.');
  return formatAddress({ family: 6, bits: BigInt(`0x${address.toString('hex')}`) });
}

export const chooseMethod = (method: number): Buffer => Buffer.from([5, method]);
export const answerLogin = (ok: boolean): Buffer => Buffer.from([1, ok ? 0 : 1]);

/**
 * connect is of RFC 1928. The others are our own, and answered with text up to the end of the stream, empty where nothing is known.
 * account: what became of the connection that the named address and port had opened here. gateway: where the named one listens.
 */
export const commands = { connect: 1, account: 0xe0, gateway: 0xe1 } as const;

/** RFC 1928, section 6. */
export const replyCodes = {
  granted: 0,
  failure: 1,
  'not-allowed': 2,
  'network-unreachable': 3,
  'host-unreachable': 4,
  'command-not-supported': 7,
  'address-type-not-supported': 8,
} as const;

/** The bound address is of no use to anybody here: zeros. */
export const answerRequest = (reply: keyof typeof replyCodes): Buffer =>
  Buffer.from([5, replyCodes[reply], 0, 1, 0, 0, 0, 0, 0, 0]);
