/**
 * Strategic merge, for built-in kinds: like a merge patch, but lists with a merge key are joined item by item.
 * Directives: `$patch` (replace, delete, merge), `$retainKeys`, `$setElementOrder/<list>`, `$deleteFromPrimitiveList/<list>`.
 */
import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  sameJson,
} from '../../json.ts';
import { fieldSchema } from '../schema/kind-schemas.ts';
import type { Schema } from '../schema/schema.ts';
import { ApiError } from '../status.ts';

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

export function applyStrategicMerge(
  schema: Schema | undefined,
  target: JsonValue | undefined,
  patch: JsonObject,
): JsonObject {
  const directive = patch.$patch;
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw new ApiError('BadRequest', `unknown $patch directive ${JSON.stringify(directive)}`);
  const members = new Map<string, JsonValue>(Object.entries(isJsonObject(target) ? target : {}));
  if (isJsonArray(patch.$retainKeys))
    for (const key of [...members.keys()])
      if (!patch.$retainKeys.includes(key)) members.delete(key);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) members.delete(key);
    else members.set(key, mergeMember(fieldSchema(schema, key), members.get(key), value));
  }
  applyListDirectives(schema, members, patch);
  return Object.fromEntries(members);
}

function mergeMember(
  schema: Schema | undefined,
  target: JsonValue | undefined,
  patch: JsonValue,
): JsonValue {
  if (isJsonObject(patch)) return applyStrategicMerge(schema, target, patch);
  const mergeKey = schema?.type === 'list' ? schema.mergeKey : undefined;
  if (!isJsonArray(patch) || mergeKey === undefined) return stripped(patch);
  const before = isJsonArray(target) ? target : [];
  const of = schema?.type === 'list' ? schema.of : undefined;
  return mergeKey === '' ? union(before, patch) : mergeByKey(of, mergeKey, before, patch);
}

function mergeByKey(
  schema: Schema | undefined,
  mergeKey: string,
  target: JsonArray,
  patch: JsonArray,
): JsonArray {
  if (patch.some((item) => isJsonObject(item) && item.$patch === 'replace'))
    return patch.filter((item) => !(isJsonObject(item) && item.$patch === 'replace')).map(stripped);
  const merged = [...target];
  for (const item of patch) {
    if (!isJsonObject(item))
      throw new ApiError('BadRequest', 'an item of a merged list must be an object');
    const key = item[mergeKey];
    if (key === undefined)
      throw new ApiError('BadRequest', `map does not contain declared merge key: ${mergeKey}`);
    const same = (one: JsonValue): boolean => isJsonObject(one) && sameJson(one[mergeKey], key);
    if (item.$patch === 'delete') {
      for (let i = merged.length - 1; i >= 0; i -= 1)
        if (same(merged[i] ?? null)) merged.splice(i, 1);
      continue;
    }
    const i = merged.findIndex(same);
    if (i === -1) merged.push(withoutDirectives(applyStrategicMerge(schema, undefined, item)));
    else merged[i] = applyStrategicMerge(schema, merged[i], item);
  }
  return merged;
}

function applyListDirectives(
  schema: Schema | undefined,
  members: Map<string, JsonValue>,
  patch: JsonObject,
): void {
  for (const [key, value] of Object.entries(patch)) {
    if (!isJsonArray(value)) continue;
    if (key.startsWith(deletePrefix)) {
      const name = key.slice(deletePrefix.length);
      const list = members.get(name);
      if (isJsonArray(list))
        members.set(
          name,
          list.filter((item) => !value.some((gone) => sameJson(gone, item))),
        );
    }
  }
  for (const [key, value] of Object.entries(patch)) {
    if (!isJsonArray(value) || !key.startsWith(orderPrefix)) continue;
    const name = key.slice(orderPrefix.length);
    const list = members.get(name);
    const of = fieldSchema(schema, name);
    if (isJsonArray(list))
      members.set(name, inOrder(list, value, of?.type === 'list' ? (of.mergeKey ?? '') : ''));
  }
}

/** Items that the order names stand as it says; the others keep their place after the one that they followed. */
function inOrder(list: JsonArray, order: JsonArray, mergeKey: string): JsonArray {
  const identity = (item: JsonValue): JsonValue =>
    mergeKey !== '' && isJsonObject(item) ? (item[mergeKey] ?? null) : item;
  const wanted = order.map(identity);
  const rank = (item: JsonValue): number =>
    wanted.findIndex((one) => sameJson(one, identity(item)));
  const named = list.filter((item) => rank(item) !== -1).sort((a, b) => rank(a) - rank(b));
  const result: JsonValue[] = [...named];
  list.forEach((item, i) => {
    if (rank(item) !== -1) return;
    const before = list[i - 1];
    const place = before === undefined ? 0 : result.indexOf(before) + 1;
    result.splice(place, 0, item);
  });
  return result;
}

function union(target: JsonArray, patch: JsonArray): JsonArray {
  const added = patch.filter((item) => !target.some((one) => sameJson(one, item)));
  return [...target, ...added];
}

function withoutDirectives(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => !key.startsWith('$'))
      .map(([key, value]) => [key, stripped(value)]),
  );
}

/** Directives have no place in what is stored. */
function stripped(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(stripped);
  return isJsonObject(value) ? withoutDirectives(value) : value;
}
