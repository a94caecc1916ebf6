/**
 * Reads the server name from a TLS client hello, as far as its bytes have come: over several packets and over several records.
 * Like Envoy's TLS inspector it says nothing before there is one whole record header, and takes at most 16 KiB.
 */

export type TlsAnswer =
  | { readonly kind: 'more' }
  | { readonly kind: 'not-tls' }
  /** `sni` is lower-cased, as Envoy compares it. */
  | { readonly kind: 'tls'; readonly sni: string | undefined };

/** Envoy's limit for a client hello. */
const longestHello = 16 * 1024;
const recordHeader = 5;
const handshakeHeader = 4;

export function inspectTls(bytes: Buffer): TlsAnswer {
  if (bytes.length < recordHeader) return { kind: 'more' };
  const handshake = joinRecords(bytes);
  if (handshake === 'not-tls') return { kind: 'not-tls' };
  if (handshake.length === 0) return { kind: 'more' };
  if (handshake[0] !== 1) return { kind: 'not-tls' };
  if (handshake.length < handshakeHeader) return { kind: 'more' };
  const length = handshake.readUIntBE(1, 3);
  if (length > longestHello) return { kind: 'not-tls' };
  if (handshake.length < handshakeHeader + length) return { kind: 'more' };
  return readHello(new Reader(handshake.subarray(handshakeHeader, handshakeHeader + length)));
}

/** The handshake bytes of all records there are, the last of which may be incomplete. */
function joinRecords(bytes: Buffer): Buffer | 'not-tls' {
  const parts: Buffer[] = [];
  for (let offset = 0; offset + recordHeader <= bytes.length; ) {
    const length = bytes.readUInt16BE(offset + 3);
    const isHandshake = bytes[offset] === 22 && bytes[offset + 1] === 3;
    // What follows a complete client hello is none of our business.
    if (!isHandshake || length === 0 || length > longestHello + 256)
      return offset === 0 ? 'not-tls' : Buffer.concat(parts);
    parts.push(bytes.subarray(offset + recordHeader, offset + recordHeader + length));
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
  if (hello.broken || version >> 8 !== 3 || ciphers.length === 0 || compressions.length === 0)
    return { kind: 'not-tls' };
  if (hello.left === 0) return { kind: 'tls', sni: undefined };
  const extensions = new Reader(hello.vector(2));
  if (hello.broken) return { kind: 'not-tls' };
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    if (extensions.broken) return { kind: 'not-tls' };
    if (type === 0) return readServerName(new Reader(body));
  }
  return { kind: 'tls', sni: undefined };
}

function readServerName(extension: Reader): TlsAnswer {
  const list = new Reader(extension.vector(2));
  const isHostName = list.number(1) === 0;
  const name = list.vector(2);
  const fine = !extension.broken && !list.broken && isHostName && name.length > 0;
  if (!fine || name.length > 255 || name.includes(0)) return { kind: 'not-tls' };
  return { kind: 'tls', sni: name.toString('latin1').toLowerCase() };
}
