/** A WebSocket as a stream of bytes: how kubectl carries SPDY through proxies that know WebSockets only. */
import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

export function websocketCarrier(socket: WebSocket): Duplex {
  socket.binaryType = 'nodebuffer';
  const carrier = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState !== socket.OPEN) return done(new Error('the client has gone'));
      socket.send(chunk, (error) => done(error ?? null));
    },
    final: (done) => {
      socket.close(1000);
      done();
    },
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  socket.on('message', (data: RawData) => {
    const chunk = Buffer.isBuffer(data)
      ? data
      : Array.isArray(data)
        ? Buffer.concat(data)
        : Buffer.from(data);
    if (!carrier.push(chunk)) socket.pause();
  });
  socket.on('close', () => carrier.push(null));
  socket.on('error', () => carrier.destroy());
  return carrier;
}
