/** Header blocks of SPDY/3: names and values with 32-bit lengths, compressed by one zlib stream a direction. */
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { headerDictionary } from './dictionary.ts';

export type Headers = ReadonlyMap<string, string>;

/** Uncompressed bytes of one block. */
const blockMax = 64 * 1024;

export type HeaderCodec = {
  /** Rejects when the block is malformed. Blocks must be given in the order of their arrival. */
  readonly decode: (block: Buffer) => Promise<Headers>;
  readonly encode: (headers: Headers) => Promise<Buffer>;
  readonly close: () => void;
};

export function createHeaderCodec(): HeaderCodec {
  const inflate = createInflate({ dictionary: headerDictionary, flush: constants.Z_SYNC_FLUSH });
  const deflate = createDeflate({ dictionary: headerDictionary, flush: constants.Z_SYNC_FLUSH });
  return {
    decode: async (block) => parse(await transform(inflate, block)),
    encode: (headers) => transform(deflate, serialize(headers)),
    close: () => {
      inflate.destroy();
      deflate.destroy();
    },
  };
}

function transform(stream: Inflate | Deflate, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const take = (): void => {
      for (
        let part = stream.read() as Buffer | null;
        part !== null;
        part = stream.read() as Buffer | null
      ) {
        parts.push(part);
        size += part.length;
        if (size > blockMax) return fail(new Error('a header block is too large'));
      }
    };
    const fail = (error: Error): void => {
      stream.off('readable', take).off('error', fail);
      reject(error);
    };
    stream.on('readable', take).once('error', fail);
    stream.write(input, (error) => {
      if (error !== null && error !== undefined) return fail(error);
      take();
      stream.off('readable', take).off('error', fail);
      resolve(Buffer.concat(parts));
    });
  });
}

function parse(block: Buffer): Headers {
  let at = 0;
  const number = (): number => {
    const value = block.readUInt32BE(at);
    at += 4;
    return value;
  };
  const text = (): string => {
    const length = number();
    if (at + length > block.length) throw new Error('a header block ends too early');
    at += length;
    return block.toString('latin1', at - length, at);
  };
  const count = number();
  const headers = new Map<string, string>();
  for (let i = 0; i < count; i += 1) headers.set(text().toLowerCase(), text());
  return headers;
}

function serialize(headers: Headers): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string): readonly Buffer[] => [
    number(Buffer.byteLength(value, 'latin1')),
    Buffer.from(value, 'latin1'),
  ];
  return Buffer.concat([
    number(headers.size),
    ...[...headers].flatMap(([name, value]) => [...text(name), ...text(value)]),
  ]);
}
