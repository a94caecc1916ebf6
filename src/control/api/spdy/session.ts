/**
 * The server's side of a SPDY/3.1 connection, as kubectl's exec and port-forward speak it over an upgraded HTTP connection or
 * inside a WebSocket: the client opens streams with headers, each stream is a Duplex here. Flow control is TCP's.
 */
import { Duplex } from 'node:stream';
import {
  controlFrame,
  dataFrame,
  type Frame,
  FrameReader,
  finFlag,
  frameKinds,
  uint32,
} from './frame.ts';
import { createHeaderCodec, type Headers } from './header-block.ts';

export type SpdyStream = Duplex & { readonly headers: Headers };

const streamsMax = 256;
const chunkMax = 32 * 1024;

/** carrier: where the frames come from and go to. onStream: called for each stream that the client opens. */
export function startSpdySession(carrier: Duplex, onStream: (stream: SpdyStream) => void): void {
  const codec = createHeaderCodec();
  const reader = new FrameReader();
  const streams = new Map<number, OpenStream>();
  let waiting = Promise.resolve();

  const end = (): void => {
    for (const stream of streams.values()) stream.destroy();
    streams.clear();
    codec.close();
    carrier.destroy();
  };
  const send = (frame: Buffer, done?: (error?: Error | null) => void): void => {
    if (carrier.destroyed) return done?.(new Error('the client has gone'));
    carrier.write(frame, done);
  };
  const open = async (body: Buffer, fin: boolean): Promise<void> => {
    const id = body.readUInt32BE(0) & 0x7fffffff;
    const headers = await codec.decode(body.subarray(10));
    if (streams.size >= streamsMax || streams.has(id))
      return send(controlFrame(frameKinds.rstStream, 0, uint32(id, refused)));
    const reply = await codec.encode(new Map());
    send(controlFrame(frameKinds.synReply, 0, Buffer.concat([uint32(id), reply])));
    const stream = new OpenStream(headers, {
      write: (data, fin, done) => send(dataFrame(id, data, fin), done),
      resumed: () => carrier.resume(),
      closed: (reset) => {
        if (reset) send(controlFrame(frameKinds.rstStream, 0, uint32(id, cancelled)));
        streams.delete(id);
      },
    });
    streams.set(id, stream);
    onStream(stream);
    if (fin) stream.push(null);
  };
  const control = async (frame: Extract<Frame, { type: 'control' }>): Promise<void> => {
    const { kind, flags, body } = frame;
    switch (kind) {
      case frameKinds.synStream:
        return open(body, (flags & finFlag) !== 0);
      case frameKinds.headers:
        // The compression runs on over every block, so each must be read.
        await codec.decode(body.subarray(4));
        return;
      case frameKinds.rstStream:
        streams.get(body.readUInt32BE(0) & 0x7fffffff)?.abandon();
        return;
      case frameKinds.ping:
        return send(controlFrame(frameKinds.ping, 0, body));
      case frameKinds.goAway:
        carrier.end();
        return;
    }
  };
  const take = async (frame: Frame): Promise<void> => {
    if (frame.type === 'control') return control(frame);
    const stream = streams.get(frame.stream);
    if (stream === undefined) return;
    if (frame.data.length > 0 && !stream.push(frame.data)) carrier.pause();
    if (frame.fin) stream.push(null);
  };
  carrier.on('data', (chunk: Buffer) => {
    waiting = waiting
      .then(async () => {
        for (const frame of reader.read(chunk)) await take(frame);
      })
      .catch(end);
  });
  carrier.on('end', end);
  carrier.on('error', end);
  carrier.on('close', end);
}

const refused = 3;
const cancelled = 5;

type StreamSide = {
  readonly write: (data: Buffer, fin: boolean, done: (error?: Error | null) => void) => void;
  readonly resumed: () => void;
  readonly closed: (reset: boolean) => void;
};

class OpenStream extends Duplex {
  readonly headers: Headers;
  private readonly side: StreamSide;
  private abandoned = false;

  constructor(headers: Headers, side: StreamSide) {
    super({ allowHalfOpen: true });
    this.headers = headers;
    this.side = side;
    this.on('error', () => undefined);
  }

  /** The client reset it. */
  abandon(): void {
    this.abandoned = true;
    this.destroy();
  }

  override _read(): void {
    this.side.resumed();
  }

  override _write(data: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (data.length <= chunkMax) return this.side.write(data, false, done);
    this.side.write(data.subarray(0, chunkMax), false, (error) =>
      error ? done(error) : this._write(data.subarray(chunkMax), _encoding, done),
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    this.side.write(Buffer.alloc(0), true, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.side.closed(!this.abandoned && !(this.readableEnded && this.writableFinished));
    done(error);
  }
}
