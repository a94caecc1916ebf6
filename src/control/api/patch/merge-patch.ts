/** JSON Merge Patch (RFC 7386): members replace, null removes, lists are replaced whole. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const members = new Map<string, JsonValue>(Object.entries(isJsonObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) members.delete(key);
    else members.set(key, applyMergePatch(members.get(key), value));
  }
  return Object.fromEntries(members) as JsonObject;
}
