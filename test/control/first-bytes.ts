/** What a client says first: a line, an HTTP request, a TLS client hello with or without a server name. */

export function firstBytes(protocol: 'tcp' | 'http' | 'tls', sni: string | undefined): Buffer {
  switch (protocol) {
    case 'tcp':
      return Buffer.from('test\n');
    case 'http':
      return Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    case 'tls':
      return clientHello(sni);
  }
}

/** The smallest that RFC 5246 allows: version 1.2, one cipher suite, no compression. */
function clientHello(sni: string | undefined): Buffer {
  const extensions =
    sni === undefined
      ? []
      : [extension(0, vector(2, [Buffer.from([0]), vector(2, [Buffer.from(sni)])]))];
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    vector(1, []),
    vector(2, [Buffer.from([0, 47])]),
    vector(1, [Buffer.from([0])]),
    vector(2, extensions),
  ]);
  const handshake = Buffer.concat([Buffer.from([1, 0]), vector(2, [body])]);
  return Buffer.concat([Buffer.from([22, 3, 1]), vector(2, [handshake])]);
}

function extension(type: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, type]), vector(2, [data])]);
}

/** Bytes with their length before them. */
function vector(lengthBytes: 1 | 2, parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(bytes.length, 0, lengthBytes);
  return Buffer.concat([length, bytes]);
}
