/** The PROXY protocol's header, version 1 (text) and 2 (binary): who connects to what, said to the upstream before the first byte. */
import { isIPv4, isIPv6 } from 'node:net';
import type { SocketAddress } from './socket-address.ts';

export type ProxiedAddresses = {
  readonly source: SocketAddress;
  readonly destination: SocketAddress;
};

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** Addresses of two families, or of none, are said to be unknown. */
export function proxyProtocolHeader(version: 1 | 2, addresses: ProxiedAddresses): Buffer {
  return version === 1 ? textHeader(addresses) : binaryHeader(addresses);
}

function familyOf({ source, destination }: ProxiedAddresses): 4 | 6 | undefined {
  const hosts = [source.host, destination.host];
  if (hosts.every(isIPv4)) return 4;
  return hosts.every(isIPv6) ? 6 : undefined;
}

function textHeader(addresses: ProxiedAddresses): Buffer {
  const family = familyOf(addresses);
  if (family === undefined) return Buffer.from('PROXY UNKNOWN\r\n');
  const { source, destination } = addresses;
  return Buffer.from(
    `PROXY TCP${family} ${source.host} ${destination.host} ${source.port} ${destination.port}\r\n`,
  );
}

function binaryHeader(addresses: ProxiedAddresses): Buffer {
  const family = familyOf(addresses);
  const { source, destination } = addresses;
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE(destination.port, 2);
  const body =
    family === undefined
      ? Buffer.alloc(0)
      : Buffer.concat([bytesOf(source.host), bytesOf(destination.host), ports]);
  // Version 2, command PROXY (LOCAL where nothing is known); then the family, over a stream.
  const head = Buffer.from([
    family === undefined ? 0x20 : 0x21,
    family === 4 ? 0x11 : family === 6 ? 0x21 : 0,
    0,
    body.length,
  ]);
  return Buffer.concat([signature, head, body]);
}

function bytesOf(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from(host.split('.').map(Number));
  const [before = '', after] = dotless(host).split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [left, right] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  const all = after === undefined ? left : [...left, ...zeros, ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** An IPv4 tail, `::ffff:10.0.0.1`, as two groups; a zone is dropped. */
function dotless(host: string): string {
  const bare = host.replace(/%.*$/, '');
  return bare.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}
