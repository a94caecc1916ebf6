/** The entries of one map as Istio's reader gathers them: repeated keys are told, merge keys bring in those of other maps. */
import type { Span } from '../text/index.ts';
import { entryOf, type MapEntry, type ScalarNode, type YamlNode } from './node.ts';
import { isFraction } from './scalar-tags.ts';

/** Hears what is wrong. */
export type MapTeller = {
  /** merged: one of the two comes from another map. */
  readonly repeated: (key: string, at: Span, first: Span, merged: boolean) => void;
  readonly badMerge: (at: Span) => void;
};

export class MapEntries {
  readonly entries: MapEntry[] = [];
  repeats = false;
  readonly #teller: MapTeller;
  /** By identity, the entry that stands last. */
  readonly #seen = new Map<string, MapEntry>();
  readonly #names = new Set<string>();

  constructor(teller: MapTeller) {
    this.#teller = teller;
  }

  /** at: where it comes in, which is the merge for a merged one. */
  add(entry: MapEntry, at: Span): void {
    const identity = identityOf(entry.keyNode);
    const first = this.#seen.get(identity);
    if (first !== undefined)
      this.#teller.repeated(entry.key, at, first.keyNode, entry.merged || first.merged);
    if (this.#names.has(entry.key)) this.repeats = true;
    this.#names.add(entry.key);
    this.#seen.set(identity, entry);
    this.entries.push(entry);
  }

  /**
   * `<<: *base` or a list of such. Its keys come in where it stands: what stands behind it goes over them, and they go over what stands
   * before, where a repeated key is accepted at all. Of a list the earlier maps go over the later ones.
   */
  merge(value: YamlNode): void {
    const bases = value.kind === 'list' ? value.items.toReversed() : [value];
    for (const base of bases) {
      if (isUnknownAlias(base)) continue;
      if (base.kind !== 'map') {
        this.#teller.badMerge(base);
        continue;
      }
      for (const entry of base.entries)
        if (!base.repeats || entryOf(base, entry.key) === entry)
          this.add({ ...entry, merged: true }, value);
    }
  }
}

/** It is told where it stands. No other plain text begins like an alias. */
function isUnknownAlias(value: YamlNode): boolean {
  return (
    value.kind === 'scalar' &&
    value.style === 'plain' &&
    value.source.text.startsWith('*', value.start)
  );
}

/** Keys of different types are different keys to Istio's reader, though `1` and `"1"` are one name afterwards. */
function identityOf({ value, text }: ScalarNode): string {
  const fraction = typeof value === 'number' && isFraction(text);
  return `${fraction ? 'fraction' : typeof value} ${value}`;
}
