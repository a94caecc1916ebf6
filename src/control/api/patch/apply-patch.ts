/** Which patch a media type asks for, and the object that comes of it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { ApiKind } from '../api-kind.ts';
import { schemaOf } from '../schema/kind-schemas.ts';
import { ApiError } from '../status.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { serverSideApply } from './server-side-apply.ts';
import { applyStrategicMerge } from './strategic-merge.ts';

export type PatchRequest = {
  /** Media type without parameters. */
  readonly type: string;
  readonly kind: ApiKind;
  readonly before: JsonObject | undefined;
  readonly change: JsonValue;
  readonly query: URLSearchParams;
  /** As managed fields note it. */
  readonly time: string;
};

export function applyPatch(request: PatchRequest): JsonObject {
  const patched = patchedValue(request);
  if (!isJsonObject(patched)) throw new ApiError('BadRequest', 'the patch leaves no object');
  return patched;
}

function patchedValue({ type, kind, before, change, query, time }: PatchRequest): JsonValue {
  switch (type) {
    case 'application/json-patch+json':
      return applyJsonPatch(before ?? {}, change);
    case 'application/merge-patch+json':
      return applyMergePatch(before, objectOf(change));
    case 'application/strategic-merge-patch+json':
      if (kind.family === 'custom')
        throw unsupported(
          `${type}: a kind that is defined by a CustomResourceDefinition has no strategic merge`,
        );
      return applyStrategicMerge(schemaOf(kind.kind), before, objectOf(change));
    case 'application/apply-patch+yaml':
      return serverSideApply({
        kind,
        before,
        applied: objectOf(change),
        fieldManager: query.get('fieldManager') ?? '',
        force: /^(1|t|true)$/i.test(query.get('force') ?? ''),
        time,
      });
    default:
      throw unsupported(type);
  }
}

function objectOf(change: JsonValue): JsonObject {
  if (!isJsonObject(change)) throw new ApiError('BadRequest', 'this kind of patch is an object');
  return change;
}

function unsupported(type: string): ApiError {
  return new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml; got ${type}`,
  );
}
