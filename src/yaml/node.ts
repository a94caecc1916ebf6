/** The tree that YAML text becomes. A node is a Span: it knows its source and offsets from birth. */
import type { Span } from '../text/index.ts';

/**
 * style: plain scalars are resolved as Istio's reader does it (YAML 1.1, plain-scalar.ts); quoted and block ones are strings.
 * text: the scalar as written when plain, the decoded string otherwise.
 */
export type ScalarNode = Span & {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: 'plain' | 'quoted' | 'block';
  readonly text: string;
};

/** key: as Istio reads it (numbers and booleans become strings). asWritten: it looks like what it is. merged: it came in by a merge key `<<`. */
export type MapEntry = {
  readonly key: string;
  readonly keyNode: ScalarNode;
  readonly asWritten: boolean;
  readonly value: YamlNode;
  readonly merged: boolean;
};

/** entries in the order of the text, repeated keys included: the last one counts (entryOf). repeats: some key stands twice. */
export type MapNode = Span & {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly repeats: boolean;
  readonly flow: boolean;
};

export type ListNode = Span & {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly flow: boolean;
};

export type YamlNode = ScalarNode | MapNode | ListNode;

/**
 * syntax: not YAML; duplicate-key: a key given twice in one map (the last counts; Istio's own validation refuses);
 * bad-key: a key that is null, a list or a map; number: `.inf` or `.nan`; limit: deeper or larger than tcpmesh reads;
 * unread: something behind the end of the document, which takes nothing from it.
 */
export type YamlProblem = {
  readonly kind: 'syntax' | 'duplicate-key' | 'bad-key' | 'number' | 'limit' | 'unread';
  readonly message: string;
  readonly help: string;
  readonly span: Span;
  readonly related: readonly { readonly message: string; readonly span: Span }[];
};

/**
 * One YAML document. root is null when it is empty or could not be parsed (problems say which); a large input's is read again
 * when it is asked for, so it is not kept by those who ask. span: its text without the `---`.
 */
export type YamlDocument = {
  readonly span: Span;
  readonly root: YamlNode | null;
  readonly problems: readonly YamlProblem[];
};

/** A map with more entries than this is looked up by an index of its keys. */
const indexedFrom = 16;
const indexes = new WeakMap<MapNode, ReadonlyMap<string, MapEntry>>();

/** The entry that counts for a key: the last one; merged ones stand where their merge does. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  const { entries } = map;
  if (entries.length > indexedFrom) return indexOf(map).get(key);
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    if (entry !== undefined && entry.key === key) return entry;
  }
  return undefined;
}

function indexOf(map: MapNode): ReadonlyMap<string, MapEntry> {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const index = new Map<string, MapEntry>();
  for (const entry of map.entries) index.set(entry.key, entry);
  indexes.set(map, index);
  return index;
}

/** How many nodes a walk over the tree visits, aliases counted as often as they stand; stops counting at `limit`. */
export function expandedSize(node: YamlNode, limit: number): number {
  const sizes = new Map<YamlNode, number>();
  const size = (n: YamlNode): number => {
    if (n.kind === 'scalar') return 1;
    const known = sizes.get(n);
    if (known !== undefined) return known;
    let total = 1;
    const children = n.kind === 'map' ? n.entries.map((e) => e.value) : n.items;
    for (const child of children) {
      total += size(child);
      if (total > limit) break;
    }
    sizes.set(n, total);
    return total;
  };
  return size(node);
}
