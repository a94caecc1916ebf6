/**
 * Room text (0): a source and places in it, and small questions to a text. Values only.
 * May import nothing. May not read files: a Source comes with its text.
 */

export { bytesOfBase64, isBase64 } from './base64.ts';
export { closest, didYouMean, onlyClose } from './closest.ts';
export { agree, anyOf, count, listed, sentence } from './in-words.ts';
export type { Position } from './position.ts';
export { endPositionOf, LineIndex, lineIndexOf, locationOf, positionOf } from './position.ts';
export { afterSlash, splitAtSlash } from './slash.ts';
export type { Source, Span } from './source.ts';
