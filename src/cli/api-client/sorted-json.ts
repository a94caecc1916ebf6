/** JSON with the members of its maps in the order of their names, as kubectl writes them. */
import type { Json } from './api-client.ts';
import { isMap } from './json-at.ts';

export function sortedJson(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedJson);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortedJson(member)]),
  );
}
