/**
 * Pipes by their path, read to the end without being held up: who reads says what to do until there is more. To open a named pipe waits
 * for a writer, however long that takes (fifo(7)). Opened without waiting it reads as ended until a writer is there, then as busy until
 * that one has written.
 */
import { closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import type { FileFailure } from './world.ts';

/** How long who reads is to wait before the next step. */
export const pauseMs = 10;
/** Whoever makes a pipe starts its writer at about the same time; a forgotten one would hang a build for ever. */
const writerWithinMs = 5_000;
/** A writer may take its time, but not be silent for ever. */
const silentForMs = 10_000;

/** Each step is a wait of pauseMs; at the end the bytes. most: no more of them. Throws what the system says. */
export type PipeReading = Generator<undefined, Uint8Array | FileFailure, undefined>;

export function* readPipe(path: string, most: number): PipeReading {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const named = hasName(path);
    const chunks: Uint8Array[] = [];
    let hasWriter = !named;
    let waited = 0;
    for (let rest = most; rest > 0; ) {
      const chunk = Buffer.allocUnsafe(Math.min(rest, 1 << 16));
      const length = readIfReady(descriptor, chunk);
      if (length !== 0 && !hasWriter) {
        hasWriter = true;
        waited = 0;
      }
      if (length === 0 && hasWriter) break;
      if (length !== null && length > 0) {
        chunks.push(chunk.subarray(0, length));
        rest -= length;
        waited = 0;
        continue;
      }
      if (named && waited >= (hasWriter ? silentForMs : writerWithinMs)) return givenUp(hasWriter);
      yield;
      waited += pauseMs;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}

/** A shell's `<(…)` and /dev/stdin have no name of their own, and their writer from the beginning. */
function hasName(path: string): boolean {
  if (/^\/(?:dev|proc)\//.test(path)) return false;
  try {
    return realpathSync.native(path) !== '';
  } catch {
    return false;
  }
}

/** Null where the writer has not written yet. */
function readIfReady(descriptor: number, chunk: Uint8Array): number | null {
  try {
    return readSync(descriptor, chunk);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
    throw error;
  }
}

function givenUp(hasWriter: boolean): FileFailure {
  const message = hasWriter
    ? `who writes into this pipe has been silent for ${silentForMs / 1000} s`
    : 'nobody writes into this pipe';
  return { failure: 'other', message };
}
