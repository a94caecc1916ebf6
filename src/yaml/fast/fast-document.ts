/**
 * A document of the fast reader. Its tree takes some ten times the room of its text and is seldom asked for once it is decoded:
 * only the last trees are kept, an older one is read again from the text. One that is asked for again and again stays: two Lists of
 * thousands of objects, asked in turn, would each be read anew for every object.
 */
import type { Source, Span } from '../../text/index.ts';
import type { YamlDocument, YamlNode, YamlProblem } from '../node.ts';
import { parseFast } from './parse-fast.ts';

/** Trees are kept for so many characters of text: several megabytes. A few files are never read twice. */
const keptText = 128 * 1024;

/** A document is read so many times at most, whoever asks in whatever order. */
const mostReadings = 3;

const none: readonly YamlProblem[] = [];

export class FastDocument implements YamlDocument, Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly #keys: Map<string, string>;
  #tree: YamlNode | null;
  #readings = 1;

  constructor({ source, start, end }: Span, keys: Map<string, string>, tree: YamlNode) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.#keys = keys;
    this.#tree = tree;
    keepTree(this);
  }

  get span(): Span {
    return this;
  }

  get root(): YamlNode | null {
    if (this.#tree === null) {
      this.#tree = parseFast(this.source, this.start, this.end, this.#keys);
      this.#readings++;
      if (this.#readings < mostReadings) keepTree(this);
    }
    return this.#tree;
  }

  get problems(): readonly YamlProblem[] {
    return none;
  }

  forgetTree(): void {
    this.#tree = null;
  }
}

/** The documents whose trees are kept, the one that was read last at the end. */
const kept: FastDocument[] = [];
let keptLength = 0;

function keepTree(document: FastDocument): void {
  kept.push(document);
  keptLength += document.end - document.start;
  while (keptLength > keptText && kept.length > 1) {
    const oldest = kept.shift();
    if (oldest === undefined) return;
    keptLength -= oldest.end - oldest.start;
    oldest.forgetTree();
  }
}
