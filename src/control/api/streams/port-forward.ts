/** port-forward: pairs of streams, one for errors and one for data, each pair a connection to a port of the Pod. */
import type { Duplex } from 'node:stream';
import { type SpdyStream, startSpdySession } from '../spdy/session.ts';

export const portForwardProtocol = 'portforward.k8s.io';

/** Connects to a port of the Pod itself, past the mesh. */
export type Reach = (port: number) => Promise<Duplex>;

export function servePortForward(carrier: Duplex, reach: Reach): void {
  const errors = new Map<string, SpdyStream>();
  startSpdySession(carrier, (stream) => {
    const request = stream.headers.get('requestid') ?? '';
    const port = Number(stream.headers.get('port') ?? 0);
    if (stream.headers.get('streamtype') === 'error') {
      errors.set(request, stream);
      stream.resume();
      stream.once('close', () => errors.delete(request));
      return;
    }
    void join(stream, errors.get(request), port, reach);
  });
}

async function join(
  data: SpdyStream,
  errors: SpdyStream | undefined,
  port: number,
  reach: Reach,
): Promise<void> {
  try {
    const socket = await reach(port);
    const stop = (): void => {
      socket.destroy();
    };
    socket.once('error', () => data.destroy());
    data.once('error', stop);
    data.once('close', stop);
    data.pipe(socket);
    socket.pipe(data);
    socket.once('end', () => errors?.end());
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    errors?.end(`an error occurred forwarding to port ${port}: ${why}`);
    data.end();
  }
}
