/** exec over SPDY, as older clients ask for it: one stream each for stdin, stdout, stderr and the final Status. */
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../json.ts';
import { type SpdyStream, startSpdySession } from '../spdy/session.ts';
import type { CommandStreams } from './command.ts';

export const spdyCommandProtocol = 'v4.channel.k8s.io';

export type WantedStreams = {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
};

export type SpdyCommandStreams = CommandStreams & { readonly end: (status: JsonObject) => void };

const patienceMs = 30_000;

/** Resolves when the client has opened all the streams that it asked for; null when it does not in time. */
export function openSpdyStreams(
  socket: Duplex,
  wants: WantedStreams,
): Promise<SpdyCommandStreams | null> {
  const gone = new AbortController();
  const expected = [
    'error',
    ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => wants[name]),
  ];
  const found = new Map<string, SpdyStream>();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(null);
    }, patienceMs);
    socket.once('close', () => {
      clearTimeout(timer);
      gone.abort();
      resolve(null);
    });
    startSpdySession(socket, (stream) => {
      found.set(stream.headers.get('streamtype') ?? '', stream);
      stream.resume();
      if (!expected.every((name) => found.has(name))) return;
      clearTimeout(timer);
      const stdin = found.get('stdin');
      stdin?.pause();
      resolve({
        stdin,
        stdout: found.get('stdout'),
        stderr: found.get('stderr'),
        gone: gone.signal,
        end: (status) => finish(socket, found, status),
      });
    });
  });
}

function finish(socket: Duplex, found: ReadonlyMap<string, SpdyStream>, status: JsonObject): void {
  found.get('stdout')?.end();
  found.get('stderr')?.end();
  // The client takes a word on this stream for a failure in its oldest protocol; in v4 it is a Status either way.
  found.get('error')?.end(JSON.stringify(status));
  setTimeout(() => socket.end(), 50);
  setTimeout(() => socket.destroy(), 2000).unref();
}
