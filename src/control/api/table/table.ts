/** Tables: the columns that `kubectl get` prints, made by the server. */
import type { JsonObject, JsonValue } from '../../json.ts';
import type { ApiKind } from '../api-kind.ts';
import { ApiError } from '../status.ts';
import { metadataOnly } from '../view.ts';
import { columnsOf } from './columns.ts';

/** What each row carries beside its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const given = query.get('includeObject') ?? '';
  if (given === '') return 'Metadata';
  if (given === 'None' || given === 'Metadata' || given === 'Object') return given;
  throw new ApiError('BadRequest', `unrecognized includeObject value: ${JSON.stringify(given)}`);
}

export type TableOptions = {
  /** For ages, in milliseconds since 1970. */
  readonly now: number;
  readonly include: IncludeObject;
  /** Later events of a watch leave the column definitions out. */
  readonly headers: boolean;
};

export function renderTable(
  kind: ApiKind,
  objects: readonly JsonObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  const columns = columnsOf(kind);
  const included = (object: JsonObject): { readonly object?: JsonValue } => {
    switch (options.include) {
      case 'None':
        return {};
      case 'Metadata':
        return { object: metadataOnly(object) };
      case 'Object':
        return { object };
    }
  };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.headers
      ? columns.map(({ name, type, wide }) => ({
          name,
          type,
          format: name === 'Name' ? 'name' : '',
          description: '',
          priority: wide ? 1 : 0,
        }))
      : [],
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, options.now)),
      ...included(object),
    })),
  };
}
