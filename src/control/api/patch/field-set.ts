/** Which fields an object sets, in the notation of `managedFields`: `f:` a field, `k:` an item by its key, `v:` an item by its value. */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  sameJson,
} from '../../json.ts';
import { serverFields } from '../../stored-object.ts';
import { fieldSchema } from '../schema/kind-schemas.ts';
import type { Schema } from '../schema/schema.ts';

/** From the object's root to a value that is set as a whole. */
export type FieldPath = readonly string[];

/** Metadata that names the object or is the server's own. */
const unmanaged: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  ...serverFields,
  'managedFields',
]);

export function fieldPaths(schema: Schema | undefined, object: JsonObject): readonly FieldPath[] {
  const paths: FieldPath[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (key === 'apiVersion' || key === 'kind') continue;
    const members =
      key === 'metadata' && isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !unmanaged.has(name)))
        : value;
    if (key === 'metadata' && isJsonObject(members) && Object.keys(members).length === 0) continue;
    collect(fieldSchema(schema, key), members, [`f:${key}`], paths);
  }
  return paths;
}

function collect(
  schema: Schema | undefined,
  value: JsonValue,
  way: FieldPath,
  paths: FieldPath[],
): void {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [key, member] of Object.entries(value))
      collect(fieldSchema(schema, key), member, [...way, `f:${key}`], paths);
    return;
  }
  const mergeKey = schema?.type === 'list' ? schema.mergeKey : undefined;
  if (!isJsonArray(value) || mergeKey === undefined) {
    paths.push(way);
    return;
  }
  const of = schema?.type === 'list' ? schema.of : undefined;
  for (const item of value) {
    if (mergeKey === '') paths.push([...way, `v:${JSON.stringify(item)}`]);
    else if (isJsonObject(item))
      collect(
        of,
        item,
        [...way, `k:${JSON.stringify({ [mergeKey]: item[mergeKey] ?? null })}`],
        paths,
      );
  }
}

export function toFieldsV1(paths: readonly FieldPath[]): JsonObject {
  const groups = new Map<string, FieldPath[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    const group = groups.get(first) ?? [];
    if (rest.length > 0) group.push(rest);
    groups.set(first, group);
  }
  return Object.fromEntries([...groups].map(([key, rest]) => [key, toFieldsV1(rest)]));
}

export function fromFieldsV1(fields: JsonValue | undefined, way: FieldPath = []): FieldPath[] {
  if (!isJsonObject(fields)) return [];
  return Object.entries(fields).flatMap(([key, inner]) => {
    if (key === '.') return [];
    const below = fromFieldsV1(inner, [...way, key]);
    return below.length > 0 ? below : [[...way, key]];
  });
}

/** The value at a path; undefined where nothing is. */
export function valueAtPath(value: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  let here = value;
  for (const segment of path) {
    const text = segment.slice(2);
    if (segment.startsWith('f:'))
      here = isJsonObject(here) && Object.hasOwn(here, text) ? here[text] : undefined;
    else {
      const fits = itemTest(segment);
      here = isJsonArray(here) ? here.find(fits) : undefined;
    }
    if (here === undefined) return undefined;
  }
  return here;
}

/** The value without what is at a path; parents that become empty go too. */
export function removePath(value: JsonValue, path: FieldPath): JsonValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return undefined;
  if (segment.startsWith('f:') && isJsonObject(value)) {
    const key = segment.slice(2);
    const members = Object.entries(value).flatMap(([name, member]): [string, JsonValue][] => {
      if (name !== key) return [[name, member]];
      const left = removePath(member, rest);
      return left === undefined ? [] : [[name, left]];
    });
    return members.length === 0 ? undefined : Object.fromEntries(members);
  }
  if (!segment.startsWith('f:') && isJsonArray(value)) {
    const fits = itemTest(segment);
    const items = value.flatMap((item) => {
      if (!fits(item)) return [item];
      const left = removePath(item, rest);
      return left === undefined ? [] : [left];
    });
    return items.length === 0 ? undefined : items;
  }
  return value;
}

function itemTest(segment: string): (item: JsonValue) => boolean {
  let wanted: JsonValue;
  try {
    wanted = JSON.parse(segment.slice(2)) as JsonValue;
  } catch {
    return () => false;
  }
  if (segment.startsWith('v:')) return (item) => sameJson(item, wanted);
  const keys = isJsonObject(wanted) ? Object.entries(wanted) : [];
  return (item) =>
    isJsonObject(item) &&
    keys.length > 0 &&
    keys.every(([key, value]) => sameJson(item[key], value));
}
