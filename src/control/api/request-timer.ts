/** Bounds how long a connection may take to send the head of its next request; Node does so only for servers that listen themselves. */
import type { Duplex } from 'node:stream';

export type RequestTimer = {
  /** The connection has so long for the head of a request. */
  readonly arm: (socket: Duplex, milliseconds: number) => void;
  /** It has sent one. */
  readonly disarm: (socket: Duplex) => void;
};

export function createRequestTimer(): RequestTimer {
  const timers = new WeakMap<Duplex, NodeJS.Timeout>();
  const disarm = (socket: Duplex): void => clearTimeout(timers.get(socket));
  return {
    disarm,
    arm: (socket, milliseconds) => {
      disarm(socket);
      if (socket.destroyed) return;
      if (!timers.has(socket)) socket.once('close', () => disarm(socket));
      timers.set(
        socket,
        setTimeout(() => socket.destroy(), milliseconds),
      );
    },
  };
}
