/** Resets a node:net socket, where that can be done. */
import type { Socket } from 'node:net';

/**
 * While a shutdown is under way the system call refuses a reset, and node (seen in 20) then believes the handle closed and never
 * closes it. The moment is short: the shutdown begins when all writes are done.
 */
export function resetSocket(socket: Socket): void {
  const shuttingDown =
    socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (shuttingDown) socket.destroy();
  else socket.resetAndDestroy();
}
