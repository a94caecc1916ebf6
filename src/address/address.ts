/** Parsing, masking and containment of IPv4 and IPv6 addresses and prefixes. */
import type IpCidr from 'ip-cidr';

/** bits: the address as a number of 32 or 128 bits. */
export type Address = { readonly family: 4 | 6; readonly bits: bigint };

/** first and last: the masked range. text: as written. */
export type Prefix = {
  readonly family: 4 | 6;
  readonly length: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly text: string;
};

const v4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** An address as netip.ParseAddr takes it (no leading zeros, IPv6 with an embedded IPv4 or a zone), or null. The zone is not kept. */
export function parseAddress(text: string): Address | null {
  const parts = v4.exec(text);
  if (parts !== null) {
    let bits = 0;
    for (let i = 1; i <= 4; i++) {
      const octet = Number(parts[i]);
      if (octet > 255) return null;
      bits = bits * 256 + octet;
    }
    return { family: 4, bits: BigInt(bits) };
  }
  if (!text.includes(':')) return null;
  const percent = text.indexOf('%');
  if (percent === text.length - 1) return null;
  return parseV6(percent === -1 ? text : text.slice(0, percent));
}

function parseV6(text: string): Address | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return { family: 6, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n) };
}

/** The 16-bit groups of one side of `::`; an embedded IPv4 may end the last side. */
function groupsOf(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes('.')) {
      const embedded = parseAddress(part);
      if (embedded === null || embedded.family !== 4) return null;
      groups.push(Number(embedded.bits >> 16n), Number(embedded.bits & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** A subnet as Istio takes it: an address alone (a /32 or /128), or address/length with host bits allowed; null where it is neither. */
export function parsePrefix(text: string): Prefix | null {
  let prefix = parsedPrefixes.get(text);
  if (prefix === undefined) {
    prefix = workOutPrefix(text);
    if (parsedPrefixes.size >= mostPrefixes) parsedPrefixes.clear();
    parsedPrefixes.set(text, prefix);
  }
  return prefix;
}

/** Working out a range is dear, and the same few subnets come again and again. */
const parsedPrefixes = new Map<string, Prefix | null>();
const mostPrefixes = 10_000;

function workOutPrefix(text: string): Prefix | null {
  const read = readPrefix(text);
  if (read === null) return null;
  const { address, length } = read;
  const { family, bits } = address;
  if (!text.includes('/')) return { family, length, first: bits, last: bits, text };
  const { first, last } = family === 4 ? rangeOf(bits, length) : rangeOfV6(bits, length);
  return { family, length, first, last, text };
}

/** IPv4 subnets stand in every other rule: their 32 bits are masked here, without a package's start-up. */
function rangeOf(bits: bigint, length: number): { first: bigint; last: bigint } {
  const hosts = (1n << BigInt(32 - length)) - 1n;
  const first = bits & ~hosts;
  return { first, last: first | hosts };
}

/** Loaded at the first IPv6 subnet. */
const ipCidr = (): typeof IpCidr => require('ip-cidr').default;
declare const require: (name: 'ip-cidr') => { readonly default: typeof IpCidr };

function rangeOfV6(bits: bigint, length: number): { first: bigint; last: bigint } {
  const Range = ipCidr();
  // In groups alone: the package takes an IPv4 address inside for one by itself.
  const groups = Array.from({ length: 8 }, (_, i) => (bits >> BigInt(16 * (7 - i))) & 0xffffn);
  const range = new Range(`${groups.map((group) => group.toString(16)).join(':')}/${length}`);
  return { first: bitsOf(range.start()), last: bitsOf(range.end()) };
}

/** Would parsePrefix take it? Without working out the range. */
export function isPrefix(text: string): boolean {
  return readPrefix(text) !== null;
}

function readPrefix(text: string): { address: Address; length: number } | null {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === null) return null;
  const width = address.family === 4 ? 32 : 128;
  if (slash === -1) return { address, length: width };
  const lengthText = text.slice(slash + 1);
  if (addressText.includes('%') || !/^(0|[1-9]\d{0,2})$/.test(lengthText)) return null;
  const length = Number(lengthText);
  return length > width ? null : { address, length };
}

/** Does the prefix hold the address? An address of the other family is in no prefix. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  return (
    prefix.family === address.family && prefix.first <= address.bits && address.bits <= prefix.last
  );
}

/** Equal for prefixes that are equal after masking. */
export function prefixKey(prefix: Prefix): string {
  return `${prefix.family}:${prefix.first.toString(16)}/${prefix.length}`;
}

function bitsOf(text: unknown): bigint {
  return parseAddress(String(text))?.bits ?? 0n;
}

/** The usual text of an address: dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    Number((bits >> BigInt(112 - 16 * i)) & 65535n),
  );
  const { start, length } = longestZeros(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return length < 2 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}
