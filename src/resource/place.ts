/** The place of a decoded value: its YAML node and the way to it from the document's root. */
import type { Span } from '../text/index.ts';
import { entryOf, type MapEntry, type MapNode, type YamlNode } from '../yaml/index.ts';

/** Under this symbol every decoded message, list and map keeps its place. JSON and Object.keys do not see it. */
export const at: unique symbol = Symbol('place');

/**
 * key: field name, map key or list index within parent; the object's root has no parent. node: where the text has nothing or null,
 * an empty map of no extent. It is looked up when asked for, so that no place keeps a tree.
 */
export type Place = {
  readonly node: YamlNode;
  readonly parent: Place | null;
  readonly key: string | number;
};

export class PlaceWithin implements Place {
  readonly parent: Place;
  readonly key: string | number;

  constructor(parent: Place, key: string | number) {
    this.parent = parent;
    this.key = key;
  }

  get node(): YamlNode {
    const around = this.parent.node;
    const child = childOf(around, this.key);
    if (child === undefined) return nothingAt(around, around.start);
    if (child.kind !== 'scalar' || child.value !== null) return child;
    // A part of an object that is null is none; an element that is null counts as an empty one.
    return this.parent.parent === null
      ? nothingAt(around, around.start)
      : nothingAt(child, child.end);
  }
}

/** The place of a whole object. */
export class RootPlace implements Place {
  readonly key = '';
  readonly #find: () => YamlNode;

  constructor(find: () => YamlNode) {
    this.#find = find;
  }

  get parent(): null {
    return null;
  }

  get node(): YamlNode {
    return this.#find();
  }
}

/** The empty map that an absent value counts as. */
export function nothingAt({ source, start }: Span, end: number): MapNode {
  return { source, start, end, kind: 'map', entries: [], repeats: false, flow: false };
}

export type Placed = { readonly [at]: Place };

/**
 * The span of a placed value, or of one of its fields or elements. Where that one is absent: the name of what should hold it,
 * so that a report underlines one word and not a page.
 */
export function spanAt(value: Placed, ...keys: readonly (string | number)[]): Span {
  let place = value[at];
  for (const key of keys) {
    const child = childOf(place.node, key);
    if (child === undefined) return spanOf(headOf(place));
    place = { node: child, parent: place, key };
  }
  return spanOf(isGiven(place) ? place.node : headOf(place));
}

/** The span of a field's name (the key in the YAML) rather than of its value; where absent, of the name of what should hold it. */
export function keySpanAt(value: Placed, key: string): Span {
  const place = value[at];
  return spanOf(fieldEntry(place.node, key)?.keyNode ?? headOf(place));
}

/** What names a place: its key, or the first key of an element of a list. */
function headOf(place: Place): Span {
  const { node, parent, key } = place;
  const named = parent === null ? undefined : fieldEntry(parent.node, key)?.keyNode;
  if (named !== undefined) return named;
  if (parent !== null && !isGiven(place)) return headOf(parent);
  return node.kind === 'map' && !node.flow ? (node.entries[0]?.keyNode ?? node) : node;
}

/** A part that the text lacks (no `spec:`) is decoded from an empty map of no extent. */
function isGiven(place: Place): boolean {
  return place.node.start < place.node.end;
}

function spanOf(node: Span): Span {
  return { source: node.source, start: node.start, end: node.end };
}

/** The field path of a placed value, or of something within it: `spec.tcp[0].match[1].port`. */
export function pathAt(value: Placed, ...keys: readonly (string | number)[]): string {
  const way: (string | number)[] = [];
  for (
    let place: Place | null = value[at];
    place !== null && place.parent !== null;
    place = place.parent
  )
    way.push(place.key);
  return formatPath([...way.reverse(), ...keys]);
}

/** Names joined by dots, indexes and odd keys in brackets. */
export function formatPath(keys: readonly (string | number)[]): string {
  let path = '';
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}

/** Istio's decoder also takes the proto name of a field: a `_` before each capital, which becomes small. */
export function snakeCase(name: string): string {
  if (name === 'consecutive5xxErrors') return 'consecutive_5xx_errors';
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/** What stands under a name (in either spelling) or at an index. */
export function childOf(node: YamlNode, key: string | number): YamlNode | undefined {
  if (node.kind === 'list') return typeof key === 'number' ? node.items[key] : undefined;
  return fieldEntry(node, key)?.value;
}

/** The entry of a field under either of its spellings. */
function fieldEntry(node: YamlNode, key: string | number): MapEntry | undefined {
  if (node.kind !== 'map') return undefined;
  const name = String(key);
  return entryOf(node, name) ?? entryOf(node, snakeCase(name));
}
