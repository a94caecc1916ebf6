/** JSON values as the store and the API hold them: immutable, compared by content. */

export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export type JsonObject = { readonly [key: string]: JsonValue };

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

/** The member of an object as an object; an empty one where it is absent or something else. */
export function objectAt(value: JsonValue | undefined, ...keys: readonly string[]): JsonObject {
  const found = valueAt(value, ...keys);
  return isJsonObject(found) ? found : {};
}

/** The member as a list; an empty one where it is absent or something else. */
export function listAt(value: JsonValue | undefined, ...keys: readonly string[]): JsonArray {
  const found = valueAt(value, ...keys);
  return isJsonArray(found) ? found : [];
}

/** The member as text; '' where it is absent or no string. */
export function textAt(value: JsonValue | undefined, ...keys: readonly string[]): string {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : '';
}

export function numberAt(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): number | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'number' ? found : undefined;
}

export function valueAt(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): JsonValue | undefined {
  let here = value;
  for (const key of keys) {
    if (!isJsonObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** The members of an object whose values are strings: labels, annotations, selectors. */
export function stringsAt(
  value: JsonValue | undefined,
  ...keys: readonly string[]
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectAt(value, ...keys)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** Equal by content; the order of members does not count. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isJsonArray(a) && isJsonArray(b))
    return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
    );
  }
  return false;
}

/** The object without some members. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The object with one member at a path replaced; missing parents are made. `undefined` removes the member. */
export function withAt(
  object: JsonObject,
  path: readonly string[],
  value: JsonValue | undefined,
): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  if (rest.length > 0) return { ...object, [key]: withAt(objectAt(object, key), rest, value) };
  return value === undefined ? without(object, key) : { ...object, [key]: value };
}

/** With the members of every object in the order of their names, as Go writes maps. */
export function sortedMembers(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(sortedMembers);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortedMembers(member)]),
  );
}
