/** Whether an object may be stored: strict decoding first, then what the API server and Istio refuse. */

import { decodeSources, formatPath, type Resource } from '../../resource/index.ts';
import { admit } from '../../validation/index.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { apiVersionOf } from './api-kind.ts';
import type { Target } from './request.ts';
import { checkSchema } from './schema/check.ts';
import { schemaOf } from './schema/kind-schemas.ts';
import { ApiError, type Cause, invalid } from './status.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export function fieldValidation(query: URLSearchParams): FieldValidation {
  const given = query.get('fieldValidation') ?? '';
  if (given === '') return 'Warn';
  if (given === 'Strict' || given === 'Warn' || given === 'Ignore') return given;
  throw new ApiError(
    'BadRequest',
    `invalid fieldValidation ${JSON.stringify(given)}: it is one of Strict, Warn, Ignore`,
  );
}

/** The object without the fields that its kind does not have, and what to warn of. Strict: refused for them. */
export function decodeFields(
  target: Target,
  object: JsonObject,
  validation: FieldValidation,
): { readonly object: JsonObject; readonly warnings: readonly string[] } {
  const { value, unknown } =
    target.kind.family === 'custom' ? custom(object) : builtin(target, object);
  if (unknown.length === 0) return { object: value, warnings: [] };
  const told = unknown.map((path) => `unknown field "${path}"`);
  if (validation === 'Strict')
    throw new ApiError(
      'BadRequest',
      `${versioned(target)} cannot be handled as a ${target.kind.kind}: strict decoding error: ${told.join(', ')}`,
    );
  return { object: value, warnings: validation === 'Warn' ? told : [] };
}

/** Built-in kinds that are judged as documents of theirs are; what is wrong with others, builtin-validation says. */
const judged: ReadonlySet<string> = new Set(['Endpoints', 'EndpointSlice']);

/** Refuses what Istio's webhook or the API server would not store. */
export function admitObject(target: Target, object: JsonObject, name: string): void {
  if (target.kind.family !== 'custom' && !judged.has(target.kind.kind)) return;
  const [refusal] = admit(decode(object)).refused;
  if (refusal === undefined) return;
  const causes: Cause[] = refusal.findings.map(({ message, help, path }) => ({
    reason: 'FieldValueInvalid',
    message: help === '' ? message : `${message} (${help})`,
    field: path,
  }));
  if (refusal.by !== 'istio') throw invalid(target.kind.kind, target.kind.group, name, causes);
  const told = causes.map(({ field, message }) =>
    field === '' ? message : `${field}: ${message}`,
  );
  throw new ApiError(
    'Forbidden',
    `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${told.join('; ')}`,
    { name, group: target.kind.group, kind: target.kind.plural, causes },
  );
}

function custom(object: JsonObject): { value: JsonObject; unknown: readonly string[] } {
  const [resource] = decode(object);
  const unknown = (resource?.problems ?? [])
    .filter(({ kind }) => kind === 'unknown-field' || kind === 'snake-case' || kind === 'top-level')
    .map(({ path }) => path);
  return { value: unknown.length === 0 ? object : prune(object, new Set(unknown), []), unknown };
}

function builtin(
  target: Target,
  object: JsonObject,
): { value: JsonObject; unknown: readonly string[] } {
  const schema = schemaOf(target.kind.kind);
  if (schema === undefined) return { value: object, unknown: [] };
  const { value, unknown, mistyped } = checkSchema(schema, object);
  const [wrong] = mistyped;
  if (wrong !== undefined)
    throw new ApiError(
      'BadRequest',
      `${versioned(target)} cannot be handled as a ${target.kind.kind}: json: cannot unmarshal ${wrong.got} into field ${wrong.path} of type ${wrong.want}`,
    );
  return { value: isJsonObject(value) ? value : {}, unknown };
}

function versioned(target: Target): string {
  return `${target.kind.kind} in version ${JSON.stringify(apiVersionOf(target.kind.group, target.version))}`;
}

function decode(object: JsonObject): readonly Resource[] {
  const source = { name: 'object', text: JSON.stringify(object) };
  return decodeSources([source], { defaultNamespace: 'default' }).resources;
}

function prune(
  object: JsonObject,
  paths: ReadonlySet<string>,
  way: readonly (string | number)[],
): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => !paths.has(formatPath([...way, key])))
      .map(([key, value]) => [key, pruneValue(value, paths, [...way, key])]),
  );
}

function pruneValue(
  value: JsonValue,
  paths: ReadonlySet<string>,
  way: readonly (string | number)[],
): JsonValue {
  if (isJsonArray(value)) return value.map((item, i) => pruneValue(item, paths, [...way, i]));
  return isJsonObject(value) ? prune(value, paths, way) : value;
}
