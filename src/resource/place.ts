/** The place of a decoded value: its YAML node and the way to it from the document's root. */
import type { Span } from '../text/index.ts';
import { entryOf, type YamlNode } from '../yaml/index.ts';

/** Under this symbol every decoded message, list and map keeps its place. JSON and Object.keys do not see it. */
export const at: unique symbol = Symbol('place');

/** key: field name, map key or list index within parent; the document's root has no parent. */
export type Place = {
  readonly node: YamlNode;
  readonly parent: Place | null;
  readonly key: string | number;
};

export type Placed = { readonly [at]: Place };

/** The span of a placed value, or of one of its fields or elements; of the value itself where that one is absent. */
export function spanAt(value: Placed, ...keys: readonly (string | number)[]): Span {
  let node = value[at].node;
  for (const key of keys) {
    const child = childOf(node, key);
    if (child === undefined) break;
    node = child;
  }
  return { source: node.source, start: node.start, end: node.end };
}

/** The span of a field's name (the key in the YAML) rather than of its value; of the value holding it where absent. */
export function keySpanAt(value: Placed, key: string): Span {
  const { node } = value[at];
  const found =
    node.kind === 'map'
      ? (entryOf(node, key) ?? entryOf(node, snakeCase(key)))?.keyNode
      : undefined;
  const shown = found ?? node;
  return { source: shown.source, start: shown.start, end: shown.end };
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

function childOf(node: YamlNode, key: string | number): YamlNode | undefined {
  if (node.kind === 'list') return typeof key === 'number' ? node.items[key] : undefined;
  if (node.kind !== 'map') return undefined;
  const name = String(key);
  return (entryOf(node, name) ?? entryOf(node, snakeCase(name)))?.value;
}
