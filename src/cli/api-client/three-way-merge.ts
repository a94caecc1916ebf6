/**
 * What apply sends: a merge patch that sets what the file says and takes away what an earlier apply had set and the file no longer says.
 * What was applied last is kept where kubectl keeps it, so that both may be used in turn.
 */
import type { Json, JsonMap } from './api-client.ts';
import { isMap, mapAt, textAt } from './json-at.ts';
import { sortedJson } from './sorted-json.ts';

export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as it is created, with the note of what was applied. */
export function withLastApplied(object: JsonMap): JsonMap {
  const annotations = { ...mapAt(object, 'metadata', 'annotations') };
  delete (annotations as Record<string, Json>)[lastAppliedAnnotation];
  const metadata = { ...mapAt(object, 'metadata'), annotations };
  const note = `${JSON.stringify(sortedJson({ ...object, metadata }))}\n`;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [lastAppliedAnnotation]: note } },
  };
}

/** An empty object: nothing to change. */
export function applyPatch(stored: JsonMap, wanted: JsonMap): JsonMap {
  const whole = withLastApplied(wanted);
  const patch = difference(lastApplied(stored), whole, stored);
  const before = textAt(stored, 'metadata', 'annotations', lastAppliedAnnotation);
  const after = textAt(whole, 'metadata', 'annotations', lastAppliedAnnotation);
  const { apiVersion: _version, kind: _kind, ...rest } = patch;
  return Object.keys(rest).length === 0 || (onlyNote(rest) && before === after) ? {} : rest;
}

function onlyNote(patch: JsonMap): boolean {
  const { metadata, ...rest } = patch;
  return Object.keys(rest).length === 0 && Object.keys(mapAt(metadata, 'annotations')).length <= 1;
}

function lastApplied(stored: JsonMap): Json {
  try {
    return JSON.parse(textAt(stored, 'metadata', 'annotations', lastAppliedAnnotation)) as Json;
  } catch {
    return {};
  }
}

function difference(last: Json | undefined, wanted: JsonMap, stored: Json | undefined): JsonMap {
  const patch: [string, Json][] = [];
  for (const [key, value] of Object.entries(wanted)) {
    const now = isMap(stored) ? stored[key] : undefined;
    const before = isMap(last) ? last[key] : undefined;
    if (isMap(value) && isMap(now)) {
      const inner = difference(before, value, now);
      if (Object.keys(inner).length > 0) patch.push([key, inner]);
    } else if (!same(value, now) && !covers(now, value)) patch.push([key, value]);
  }
  for (const key of Object.keys(isMap(last) ? last : {}))
    if (!Object.hasOwn(wanted, key) && isMap(stored) && Object.hasOwn(stored, key))
      patch.push([key, null]);
  return Object.fromEntries(patch);
}

/** Does the stored list say all that the wanted one says, beside what the server filled in? */
function covers(stored: Json | undefined, wanted: Json): boolean {
  if (Array.isArray(stored) && Array.isArray(wanted))
    return stored.length === wanted.length && wanted.every((item, i) => covers(stored[i], item));
  if (isMap(stored) && isMap(wanted))
    return Object.entries(wanted).every(([key, value]) => covers(stored[key], value));
  return same(stored, wanted);
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return (
    JSON.stringify(sortedJson(a ?? null)) === JSON.stringify(sortedJson(b ?? null)) &&
    (a === undefined) === (b === undefined)
  );
}
