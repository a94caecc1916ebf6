/** The first message of a TLS client, for connections that only have to be routed. */

/** The smallest that RFC 5246 allows: version 1.2, one cipher suite, no compression; with a server name where one is given (RFC 6066). */
export function clientHello(serverName: string | undefined): Buffer {
  const extensions =
    serverName === undefined
      ? []
      : [extension(0, vector(2, [Buffer.from([0]), vector(2, [Buffer.from(serverName)])]))];
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
