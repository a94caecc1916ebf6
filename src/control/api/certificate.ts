/**
 * A certificate for loopback, signed by itself: kubectl sends a token over TLS only, and Node has no call that makes one.
 * The key lives as long as the process.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export type Certificate = {
  /** PEM. */
  readonly key: string;
  /** PEM; also the authority that a client is told to trust. */
  readonly cert: string;
};

const dayMs = 24 * 60 * 60 * 1000;

/** now: milliseconds since 1970. Valid from a day before for ten years, for the host, an address of loopback, and for 127.0.0.1, ::1 and localhost. */
export function makeCertificate(now: number, host: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tlv(0x0c, Buffer.from('tcpmesh')))));
  const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    algorithm,
    name,
    sequence(time(now - dayMs), time(now + 3650 * dayMs)),
    name,
    spki,
    tlv(0xa3, sequence(...extensions(spki, host))),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, bitString(signature, 0));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(certificate),
  };
}

function extensions(spki: Buffer, host: string): readonly Buffer[] {
  const extension = (id: Buffer, critical: boolean, value: Buffer): Buffer =>
    sequence(id, ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value));
  const addresses = sequence(
    tlv(0x82, Buffer.from('localhost')),
    tlv(0x87, Buffer.from([127, 0, 0, 1])),
    tlv(0x87, Buffer.from([...Array<number>(15).fill(0), 1])),
    ...(isIPv4(host) ? [tlv(0x87, Buffer.from(host.split('.').map(Number)))] : []),
  );
  return [
    extension(oid(2, 5, 29, 19), true, sequence(tlv(0x01, Buffer.from([0xff])))),
    // digitalSignature and keyCertSign
    extension(oid(2, 5, 29, 15), true, bitString(Buffer.from([0x84]), 2)),
    extension(oid(2, 5, 29, 37), false, sequence(oid(1, 3, 6, 1, 5, 5, 7, 3, 1))),
    extension(oid(2, 5, 29, 17), false, addresses),
    extension(oid(2, 5, 29, 14), false, tlv(0x04, createHash('sha1').update(spki).digest())),
  ];
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return tlv(0x31, Buffer.concat(parts));
}

function bitString(content: Buffer, unused: number): Buffer {
  return tlv(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** GeneralizedTime from 2050 on, UTCTime before, as X.509 wants it. */
function time(at: number): Buffer {
  const text = `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return new Date(at).getUTCFullYear() >= 2050
    ? tlv(0x18, Buffer.from(text))
    : tlv(0x17, Buffer.from(text.slice(2)));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
