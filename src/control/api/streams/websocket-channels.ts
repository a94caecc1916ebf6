/**
 * The channels of `v5.channel.k8s.io` and `v4.channel.k8s.io`: each binary message begins with the number of its channel.
 * 0 stdin, 1 stdout, 2 stderr, 3 the final Status, 4 the terminal's size; in v5, 255 closes the channel that follows it.
 */
import { PassThrough, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { JsonObject } from '../../json.ts';
import type { CommandStreams } from './command.ts';

export const channelProtocols: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

export type ChannelStreams = CommandStreams & {
  /** Sends the Status and closes. */
  readonly end: (status: JsonObject) => void;
};

export function openChannels(
  socket: WebSocket,
  wants: { readonly stdin: boolean },
): ChannelStreams {
  const gone = new AbortController();
  const stdin = new PassThrough();
  socket.binaryType = 'nodebuffer';
  socket.on('message', (data: RawData) => {
    const message = asBuffer(data);
    const channel = message[0];
    if (channel === 255 && message[1] === 0) stdin.end();
    else if (channel === 0 && wants.stdin && message.length > 1 && !stdin.writableEnded) {
      if (stdin.write(message.subarray(1))) return;
      socket.pause();
      stdin.once('drain', () => socket.resume());
    }
  });
  socket.on('close', () => {
    stdin.end();
    gone.abort();
  });
  socket.on('error', () => socket.terminate());
  return {
    stdin: wants.stdin ? stdin : undefined,
    stdout: channelWriter(socket, 1),
    stderr: channelWriter(socket, 2),
    gone: gone.signal,
    end: (status) => {
      if (socket.readyState === socket.OPEN)
        socket.send(Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify(status))]));
      socket.resume();
      socket.close(1000);
    },
  };
}

/** A write is done when the message has left, so a slow client holds the program and fills no memory. */
function channelWriter(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState !== socket.OPEN) return done(new Error('the client has gone'));
      if (chunk.length === 0) return done();
      socket.send(Buffer.concat([Buffer.from([channel]), chunk]), (error) => done(error ?? null));
    },
  }).on('error', () => undefined);
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
