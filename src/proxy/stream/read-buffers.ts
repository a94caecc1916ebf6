/**
 * The memory that reads go to. All quiet streams share one scratch buffer, so an idle connection owns none; a stream with much to
 * carry borrows a large one: with 1 MiB a gigabyte costs half the processor time that 64 KiB reads cost.
 */

/** Reads longer than this promote a stream to a large buffer; up to it, copying is cheap. */
export const smallRead = 16 * 1024;
/** So many small reads in a row give the large buffer back. */
export const smallReadsToDemote = 64;

const scratchSize = 64 * 1024;
const largeSize = 1024 * 1024;
const sparesAtMost = 16;

/** Whoever reads here has to copy before the next read of any stream. */
export const scratch: Uint8Array = Buffer.allocUnsafeSlow(scratchSize);

const spares: Uint8Array[] = [];

export function borrowLarge(): Uint8Array {
  return spares.pop() ?? Buffer.allocUnsafeSlow(largeSize);
}

/** Only for buffers that no write refers to any more. */
export function giveBackLarge(buffer: Uint8Array): void {
  if (spares.length < sparesAtMost) spares.push(buffer);
}
