/** Frames of SPDY/3.1 as bytes: control frames of eight bytes and a body, data frames of a stream. */

export type Frame =
  | { readonly type: 'data'; readonly stream: number; readonly fin: boolean; readonly data: Buffer }
  | {
      readonly type: 'control';
      readonly kind: number;
      readonly flags: number;
      readonly body: Buffer;
    };

export const frameKinds = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const finFlag = 1;

/** Larger frames are refused: no client of ours sends more than 32 KiB at a time. */
const bodyMax = 1024 * 1024;

/** Cuts frames out of the bytes given so far. Throws on a frame that is too large or of another version. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): readonly Frame[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (this.rest.length - at >= 8) {
      const length = this.rest.readUIntBE(at + 5, 3);
      if (length > bodyMax) throw new Error('a frame is too large');
      if (this.rest.length - at < 8 + length) break;
      frames.push(frameAt(this.rest, at, length));
      at += 8 + length;
    }
    this.rest = this.rest.subarray(at);
    return frames;
  }
}

function frameAt(bytes: Buffer, at: number, length: number): Frame {
  const first = bytes.readUInt32BE(at);
  const flags = bytes[at + 4] ?? 0;
  // A copy: the reader's buffer goes on, and the body may wait in a queue.
  const body = Buffer.from(bytes.subarray(at + 8, at + 8 + length));
  if (first < 0x80000000)
    return { type: 'data', stream: first, fin: (flags & finFlag) !== 0, data: body };
  if (((first >>> 16) & 0x7fff) !== 3) throw new Error('this is not SPDY/3');
  return { type: 'control', kind: first & 0xffff, flags, body };
}

export function dataFrame(stream: number, data: Buffer, fin: boolean): Buffer {
  return frame(stream, fin ? finFlag : 0, data);
}

export function controlFrame(kind: number, flags: number, body: Buffer): Buffer {
  return frame(0x80030000 + kind, flags, body);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i);
  });
  return bytes;
}

function frame(first: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(first, 0);
  head[4] = flags;
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}
