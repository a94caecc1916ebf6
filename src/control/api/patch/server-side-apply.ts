/**
 * Server-side apply: the applied object is merged into the stored one, and `managedFields` notes who set what.
 * A field that its manager no longer applies goes unless another manager has it; another manager's different value is a conflict.
 */
import { count } from '../../../text/index.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  sameJson,
  textAt,
  withAt,
} from '../../json.ts';
import type { ApiKind } from '../api-kind.ts';
import { schemaOf } from '../schema/kind-schemas.ts';
import { ApiError } from '../status.ts';
import {
  type FieldPath,
  fieldPaths,
  fromFieldsV1,
  removePath,
  toFieldsV1,
  valueAtPath,
} from './field-set.ts';
import { applyStrategicMerge } from './strategic-merge.ts';

export type ApplyRequest = {
  readonly kind: ApiKind;
  readonly before: JsonObject | undefined;
  readonly applied: JsonObject;
  readonly fieldManager: string;
  readonly force: boolean;
  readonly time: string;
};

export function serverSideApply(request: ApplyRequest): JsonObject {
  const { kind, before, applied, fieldManager, force, time } = request;
  if (fieldManager === '')
    throw new ApiError(
      'BadRequest',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  if (listAt(applied, 'metadata', 'managedFields').length > 0)
    throw new ApiError('BadRequest', 'metadata.managedFields must be nil');
  const schema = kind.family === 'builtin' ? schemaOf(kind.kind) : undefined;
  const set = fieldPaths(schema, applied);
  const entries = listAt(before, 'metadata', 'managedFields').filter(isJsonObject);
  const own = entries.find((entry) => isOwn(entry, fieldManager));
  const others = entries.filter((entry) => entry !== own);

  const taken = conflicts(others, set, before, applied);
  if (taken.length > 0 && !force) throw conflict(taken);

  let merged: JsonValue = applyStrategicMerge(schema, before, applied);
  const texts = new Set(set.map(pathText));
  const held = new Set(others.flatMap((entry) => fromFieldsV1(entry.fieldsV1)).map(pathText));
  for (const path of fromFieldsV1(own?.fieldsV1)) {
    const text = pathText(path);
    const within = [...texts].some((one) => one.startsWith(`${text}\n`));
    if (!texts.has(text) && !held.has(text) && !within) merged = removePath(merged, path) ?? {};
  }
  const result = isJsonObject(merged) ? merged : {};
  const entry: JsonObject = {
    manager: fieldManager,
    operation: 'Apply',
    apiVersion: textAt(applied, 'apiVersion'),
    time: own !== undefined && sameJson(own.fieldsV1, toFieldsV1(set)) ? (own.time ?? time) : time,
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
  };
  const left = force ? others.map((other) => release(other, taken)) : others;
  return withAt(
    { ...result, metadata: objectAt(result, 'metadata') },
    ['metadata', 'managedFields'],
    [...left.filter((one) => Object.keys(objectAt(one, 'fieldsV1')).length > 0), entry],
  );
}

type Conflict = { readonly manager: string; readonly path: FieldPath };

function conflicts(
  others: readonly JsonObject[],
  set: readonly FieldPath[],
  before: JsonObject | undefined,
  applied: JsonObject,
): readonly Conflict[] {
  return others.flatMap((other) => {
    const held = new Set(fromFieldsV1(other.fieldsV1).map(pathText));
    return set
      .filter(
        (path) =>
          held.has(pathText(path)) &&
          !sameJson(valueAtPath(before, path), valueAtPath(applied, path)),
      )
      .map((path) => ({ manager: textAt(other, 'manager'), path }));
  });
}

function conflict(taken: readonly Conflict[]): ApiError {
  const causes = taken.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${JSON.stringify(manager)}`,
    field: shownPath(path),
  }));
  const told = causes.map(({ message, field }) => `${message}: ${field}`).join(', ');
  return new ApiError(
    'Conflict',
    `Apply failed with ${count(causes.length, 'conflict')}: ${told}`,
    { causes },
  );
}

function release(entry: JsonObject, taken: readonly Conflict[]): JsonObject {
  const gone = new Set(
    taken.filter(({ manager }) => manager === entry.manager).map(({ path }) => pathText(path)),
  );
  const kept = fromFieldsV1(entry.fieldsV1).filter((path) => !gone.has(pathText(path)));
  return { ...entry, fieldsV1: toFieldsV1(kept) };
}

function isOwn(entry: JsonObject, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply';
}

function pathText(path: FieldPath): string {
  return path.join('\n');
}

function shownPath(path: FieldPath): string {
  return path
    .map((segment) =>
      segment.startsWith('f:')
        ? `.${segment.slice(2)}`
        : `[${segment
            .slice(2)
            .replace(/^\{|\}$/g, '')
            .replace(':', '=')}]`,
    )
    .join('');
}
