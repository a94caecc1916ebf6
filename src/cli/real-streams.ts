/**
 * Standard input and output of the real world. They are read and written by descriptor: making Node's stream objects
 * takes longer than a small validation.
 */
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { TerminalQueue } from './terminal-queue.ts';
import type { Input, Output } from './world.ts';

/** Bytes that wait for a slow reader before more is turned away. */
const offeredMax = 1 << 20;

/** givenUp: text is left that nobody takes. It would keep the process from ending. failed: text is lost that somebody wanted. */
export type RealOutput = Output & { readonly givenUp: boolean; readonly failed: boolean };

/** onFailure: is told once what the system says where it takes no more (a full disk). */
export function realOutput(
  descriptor: 1 | 2,
  onFailure: (message: string) => void = () => {},
): RealOutput {
  let closed = false;
  let failed = false;
  let givenUp = false;
  let offered: Waiting | undefined;
  const isTTY = isTerminal(descriptor);
  const waiting = (): Waiting => {
    if (isTTY) return waitingForTerminal(descriptor);
    if (isPipe(descriptor)) return waitingForPipe(descriptor);
    return {
      add: (text) => writeBytes(Buffer.from(text)),
      size: () => 0,
      closed: () => closed,
      idle,
    };
  };
  const writeBytes = (bytes: Uint8Array): void => {
    let rest = bytes;
    while (rest.length > 0 && !closed) {
      try {
        rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        const code = codeOf(error);
        if (code === 'EAGAIN') pause();
        else if (code === 'EPIPE' || code === 'EBADF' || (isTTY && code === 'EIO')) closed = true;
        else {
          closed = true;
          failed = true;
          onFailure(error instanceof Error ? error.message : String(error));
        }
      }
    }
  };
  return {
    write: (text) => writeBytes(Buffer.from(text)),
    writeBytes,
    offer: (text) => {
      if (closed || givenUp) return !givenUp;
      offered ??= waiting();
      if (offered.closed()) closed = true;
      else if (offered.size() > offeredMax) return false;
      else offered.add(text);
      return true;
    },
    settle: async (ms) => {
      if (closed || givenUp || offered === undefined || offered.size() === 0) return;
      givenUp = !(await drained(offered, ms)) && !offered.closed();
    },
    onGone: (listener) => (isTTY ? watchTerminal(descriptor, listener) : () => {}),
    get closed() {
      return closed;
    },
    get givenUp() {
      return givenUp;
    },
    get failed() {
      return failed;
    },
    isTTY,
    get columns() {
      return isTTY ? ((descriptor === 1 ? process.stdout : process.stderr).columns ?? 80) : 100;
    },
  };
}

export function realInput(): Input {
  return {
    get isTTY() {
      return isTerminal(0);
    },
    readAll: async (limit) => readAll(limit),
    chunks: () => process.stdin,
    close: () => {
      process.stdin.destroy();
    },
  };
}

/** At the very end: Node puts each terminal back as it was, and aborts where it was closed meanwhile. A closed descriptor it passes over. */
export function closeGoneTerminals(): void {
  for (const descriptor of [0, 1, 2])
    if (isDevice(descriptor) && !isTerminal(descriptor)) closeSync(descriptor);
}

/** A terminal that is closed says so to who writes, and by a signal to some who do not: it is asked for. */
const watchTerminalMs = 500;

function watchTerminal(descriptor: number, listener: () => void): () => void {
  const timer = setInterval(() => {
    if (isTerminal(descriptor)) return;
    clearInterval(timer);
    listener();
  }, watchTerminalMs);
  timer.unref();
  return () => clearInterval(timer);
}

const chunkSize = 1 << 16;

function readAll(limit: number): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = readChunk();
    if (chunk.length === 0) return Buffer.concat(chunks);
    size += chunk.length;
    if (size > limit) return null;
    chunks.push(chunk);
  }
}

/** Empty at the end. */
function readChunk(): Uint8Array {
  const buffer = Buffer.allocUnsafe(chunkSize);
  for (;;) {
    try {
      return buffer.subarray(0, readSync(0, buffer));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EOF') return buffer.subarray(0, 0);
      if (code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

/** Another program may have made the descriptor non-blocking: wait a little and try again. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

/** /dev/null on Linux: the commonest character device that is no terminal. node:tty is worth avoiding, it loads node:net. */
const nullDevice = 0x103;

/** What was offered to a slow reader. size: bytes not taken yet; closed: the reader is gone; idle: calls back when all is taken. */
type Waiting = {
  readonly add: (text: string) => void;
  readonly size: () => number;
  readonly closed: () => boolean;
  readonly idle: (callback: () => void) => void;
};

/** A file never waits. */
const idle = (callback: () => void): void => callback();

function waitingForPipe(descriptor: 1 | 2): Waiting {
  let closed = false;
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  stream.on('error', () => {
    closed = true;
  });
  return {
    add: (text) => stream.write(text),
    size: () => stream.writableLength,
    closed: () => closed,
    idle: (callback) => stream.write('', callback),
  };
}

function waitingForTerminal(descriptor: 1 | 2): Waiting {
  const queue = new TerminalQueue(descriptor);
  return {
    add: (text) => queue.add(text),
    size: () => queue.size,
    closed: () => queue.closed,
    idle: (callback) => queue.whenIdle(callback),
  };
}

/** False when it takes longer. */
function drained(waiting: Waiting, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    waiting.idle(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function isPipe(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

function isTerminal(descriptor: number): boolean {
  return isDevice(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor);
}

function isDevice(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && stats.rdev !== nullDevice;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
