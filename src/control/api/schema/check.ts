/** A value against its shape: unknown fields and wrong types, and the value without the unknown fields. */
import { isJsonArray, isJsonObject, type JsonValue } from '../../json.ts';
import type { Schema } from './schema.ts';

export type SchemaCheck = {
  readonly value: JsonValue;
  /** Paths such as `spec.template.spec.containers[0].imge`. */
  readonly unknown: readonly string[];
  readonly mistyped: readonly {
    readonly path: string;
    readonly got: string;
    readonly want: string;
  }[];
};

export function checkSchema(schema: Schema, value: JsonValue): SchemaCheck {
  const unknown: string[] = [];
  const mistyped: { path: string; got: string; want: string }[] = [];
  const kept = check(schema, value, '', unknown, mistyped);
  return { value: kept, unknown, mistyped };
}

type Mistyped = { path: string; got: string; want: string }[];

function check(
  schema: Schema,
  value: JsonValue,
  path: string,
  unknown: string[],
  mistyped: Mistyped,
): JsonValue {
  if (value === null || schema.type === 'any') return value;
  if (schema.type === 'object' || schema.type === 'map')
    return checkMembers(schema, value, path, unknown, mistyped);
  if (schema.type === 'list') {
    if (!isJsonArray(value)) return wrong(value, 'array', path, mistyped);
    return value.map((item, i) => check(schema.of, item, `${path}[${i}]`, unknown, mistyped));
  }
  return fits(schema.type, value) ? value : wrong(value, schema.type, path, mistyped);
}

function checkMembers(
  schema: Extract<Schema, { type: 'object' | 'map' }>,
  value: JsonValue,
  path: string,
  unknown: string[],
  mistyped: Mistyped,
): JsonValue {
  if (!isJsonObject(value)) return wrong(value, 'object', path, mistyped);
  const kept: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const of = memberSchema(schema, key);
    if (of === undefined) unknown.push(at);
    else kept.push([key, check(of, member, at, unknown, mistyped)]);
  }
  return Object.fromEntries(kept);
}

function memberSchema(
  schema: Extract<Schema, { type: 'object' | 'map' }>,
  key: string,
): Schema | undefined {
  if (schema.type === 'map') return schema.of;
  return Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
}

function fits(
  type: 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string',
  value: JsonValue,
): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'int-or-string':
      return typeof value === 'string' || typeof value === 'number';
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
  }
}

function wrong(value: JsonValue, want: string, path: string, mistyped: Mistyped): JsonValue {
  const got = isJsonArray(value) ? 'array' : typeof value;
  mistyped.push({ path, got, want });
  return value;
}
