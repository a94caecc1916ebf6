/**
 * Reads the server name from a TLS client hello, as far as its bytes have come: over several packets and over several records.
 * Like Envoy's TLS inspector it says nothing before there is one whole record header, and takes at most 16 KiB.
 */

export type TlsAnswer =
  | { readonly kind: 'more' }
  | { readonly kind: 'not-tls' }
  /** TLS, but of a version or a length for which Envoy closes the connection. */
  | { readonly kind: 'refused'; readonly why: string }
  /** `sni` is lower-cased, as Envoy compares it. */
  | { readonly kind: 'tls'; readonly sni: string | undefined };

/** Envoy's limit for a client hello. */
const longestHello = 16 * 1024;
/** TLS's limit with all overhead that it allows. */
const longestRecord = longestHello + 256 + 64;
const recordHeader = 5;
const handshakeHeader = 4;

export function inspectTls(bytes: Buffer): TlsAnswer {
  const handshake = joinRecords(bytes);
  if (handshake === 'not-tls') return { kind: 'not-tls' };
  if (handshake.length > 0 && handshake[0] !== 1) return { kind: 'not-tls' };
  const length = handshake.length < handshakeHeader ? 0 : handshake.readUIntBE(1, 3);
  if (length > longestHello) return { kind: 'not-tls' };
  if (handshake.length >= handshakeHeader && handshake.length >= handshakeHeader + length)
    return readHello(new Reader(handshake.subarray(handshakeHeader, handshakeHeader + length)));
  if (bytes.length >= longestHello) return { kind: 'refused', why: 'a client hello of 16 KiB' };
  return { kind: 'more' };
}

/** The handshake bytes of all whole records at the beginning; a record that is broken before there is a hello is the end of it. */
function joinRecords(bytes: Buffer): Buffer | 'not-tls' {
  const parts: Buffer[] = [];
  let joined = 0;
  for (let offset = 0; offset + recordHeader <= bytes.length; ) {
    const length = bytes.readUInt16BE(offset + 3);
    const isHandshake = bytes[offset] === 22 && bytes[offset + 1] === 3 && length <= longestRecord;
    // What follows a hello is none of our business.
    if (!isHandshake) return joined === 0 ? 'not-tls' : Buffer.concat(parts);
    if (offset + recordHeader + length > bytes.length) break;
    parts.push(bytes.subarray(offset + recordHeader, offset + recordHeader + length));
    joined += length;
    offset += recordHeader + length;
  }
  return Buffer.concat(parts);
}

/** Never reads past its end: a length that promises too much makes it `broken`. */
class Reader {
  readonly #bytes: Buffer;
  #offset = 0;
  broken = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  take(length: number): Buffer {
    if (length > this.left) this.broken = true;
    const part = this.#bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += part.length;
    return part;
  }

  number(width: 1 | 2): number {
    const part = this.take(width);
    return part.length < width ? 0 : part.readUIntBE(0, width);
  }

  /** A vector with its length before it. */
  vector(width: 1 | 2): Buffer {
    return this.take(this.number(width));
  }
}

function readHello(hello: Reader): TlsAnswer {
  const version = hello.number(2);
  hello.take(32);
  hello.vector(1);
  const ciphers = hello.vector(2);
  const compressions = hello.vector(1);
  if (hello.broken || ciphers.length < 2 || ciphers.length % 2 === 1 || compressions.length === 0)
    return { kind: 'not-tls' };
  const extensions = hello.left === 0 ? [] : readExtensions(hello);
  if (extensions === undefined) return { kind: 'not-tls' };
  if (version < 0x0301 || version > 0x0304)
    return { kind: 'refused', why: `TLS version 0x${version.toString(16).padStart(4, '0')}` };
  const serverName = extensions.find(({ type }) => type === 0);
  return serverName === undefined
    ? { kind: 'tls', sni: undefined }
    : readServerName(new Reader(serverName.body));
}

type Extension = { readonly type: number; readonly body: Buffer };

/** All of them, since one that is broken spoils the hello; undefined then. */
function readExtensions(hello: Reader): readonly Extension[] | undefined {
  const reader = new Reader(hello.vector(2));
  const extensions: Extension[] = [];
  while (reader.left > 0 && !reader.broken)
    extensions.push({ type: reader.number(2), body: reader.vector(2) });
  const types = new Set(extensions.map(({ type }) => type));
  const fine =
    !hello.broken && hello.left === 0 && !reader.broken && types.size === extensions.length;
  return fine ? extensions : undefined;
}

function readServerName(extension: Reader): TlsAnswer {
  const list = new Reader(extension.vector(2));
  const isHostName = list.number(1) === 0;
  const name = list.vector(2);
  const fine = !extension.broken && !list.broken && isHostName && name.length > 0;
  if (!fine || name.length > 255 || name.includes(0)) return { kind: 'not-tls' };
  return { kind: 'tls', sni: name.toString('latin1').toLowerCase() };
}
