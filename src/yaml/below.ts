/** What stands below a node, by a way of keys: for documents of which a little is read. */
import { entryOf, type MapEntry, type YamlNode } from './node.ts';

export function below(node: YamlNode, ...keys: readonly string[]): YamlNode | undefined {
  let found: YamlNode | undefined = node;
  for (const key of keys) found = found?.kind === 'map' ? entryOf(found, key)?.value : undefined;
  return found;
}

/** `null` written out, or nothing at all after the key. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** '' where there is none. */
export function textAt(node: YamlNode, ...keys: readonly string[]): string {
  const found = below(node, ...keys);
  return found?.kind === 'scalar' && found.value !== null ? String(found.value) : '';
}

/** Those of a list; what is no text is left out. */
export function textsAt(node: YamlNode, ...keys: readonly string[]): readonly string[] {
  const found = below(node, ...keys);
  if (found?.kind !== 'list') return [];
  return found.items.map((item) => textAt(item)).filter((text) => text !== '');
}

/** Of a map, by its keys; empty where there are none. */
export function stringsAt(
  node: YamlNode,
  ...keys: readonly string[]
): { readonly [key: string]: string } {
  const found = below(node, ...keys);
  if (found?.kind !== 'map') return {};
  return Object.fromEntries(
    found.entries.map(({ key, value }): [string, string] => [key, textAt(value)]),
  );
}

/** Key by key, however deep; what is no map replaces what is below it. */
export function laidOver(under: YamlNode, over: YamlNode): YamlNode {
  if (under.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(under.entries.map((entry): [string, MapEntry] => [entry.key, entry]));
  for (const entry of over.entries) {
    const lower = entryOf(under, entry.key);
    entries.set(
      entry.key,
      lower === undefined ? entry : { ...entry, value: laidOver(lower.value, entry.value) },
    );
  }
  return { ...over, entries: [...entries.values()], repeats: false };
}
