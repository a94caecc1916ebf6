/** JSON Schemas for editors, made from the field tables: completion, hover and unknown fields while typing. */
import type { FieldType, MessageType, OneOf } from './field-table.ts';
import { type Kind, type KindInfo, kinds } from './kinds.ts';

/** A JSON Schema (draft-07, what yaml-language-server reads), as plain JSON. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The schema of one kind in any of its served versions. */
export function jsonSchemaOf(kind: Kind): JsonSchema {
  const info: KindInfo = kinds[kind];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `${info.group} ${kind}`,
    ...objectSchema(kind),
  };
}

/** One schema that takes whichever of these kinds a document says it is; documents of other kinds are let through. */
function jsonSchemaOfAny(names: readonly Kind[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: names.join(', '),
    type: 'object',
    allOf: names.map((kind) => ({
      if: {
        required: ['kind'],
        properties: { kind: { const: kind }, apiVersion: { pattern: `^${kinds[kind].group}/` } },
      },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: objectSchema(kind),
    })),
  };
}

/** The files of docs/schemas by name: one a kind of Istio's, and one that takes any of them. */
export function editorSchemas(): { readonly [file: string]: JsonSchema } {
  const istio = (Object.keys(kinds) as Kind[]).filter((kind) => kinds[kind].family === 'istio');
  const one = istio.map((kind): [string, JsonSchema] => [
    `${kinds[kind].singular}.json`,
    jsonSchemaOf(kind),
  ]);
  return Object.fromEntries([...one, ['istio.json', jsonSchemaOfAny(istio)]]);
}

function objectSchema(kind: Kind): JsonSchema {
  const info: KindInfo = kinds[kind];
  const prefix = info.group === '' ? '' : `${info.group}/`;
  return {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { enum: info.versions.map((version) => prefix + version) },
      kind: { const: kind },
      metadata: {
        type: 'object',
        properties: { name: { type: 'string' }, namespace: { type: 'string' } },
      },
      ...(info.body === 'root'
        ? messageProperties(info.spec())
        : { spec: schemaOf(info.spec()), status: { type: 'object' } }),
    },
    ...(info.family === 'istio' ? { additionalProperties: false } : {}),
  };
}

/** What a duration is, for people. */
export const durationDescription = 'A number with its unit: 250ms, 10s, 1m30s.';

/** The schema of a value of a field table. */
export function schemaOf(type: FieldType): JsonSchema {
  switch (type.kind) {
    case 'string':
      return {
        type: 'string',
        ...(type.maxLength === undefined ? {} : { maxLength: type.maxLength }),
      };
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'bool':
      return { type: 'boolean' };
    case 'int':
      return { type: 'integer', ...intLimits(type.format, type.minimum, type.maximum) };
    case 'double':
      return { type: 'number', ...(type.minimum === undefined ? {} : { minimum: type.minimum }) };
    case 'int-or-string':
      return { type: ['integer', 'string'] };
    case 'enum':
      return { enum: type.values };
    case 'duration':
      return {
        type: 'string',
        description: durationDescription,
        pattern: '^-?(0|([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|ms|s|m|h))+$',
      };
    case 'list':
      return {
        type: 'array',
        items: schemaOf(type.element),
        ...(type.minItems === undefined ? {} : { minItems: type.minItems }),
        ...(type.maxItems === undefined ? {} : { maxItems: type.maxItems }),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: schemaOf(type.element),
        ...(type.maxProperties === undefined ? {} : { maxProperties: type.maxProperties }),
      };
    case 'struct':
      return {};
    case 'message':
      return messageSchema(type);
  }
}

function messageSchema(type: MessageType): JsonSchema {
  const fields = Object.entries(type.fields);
  const required = fields.filter(([, field]) => field.required === true).map(([name]) => name);
  const groups = type.oneOf.map(oneOfSchema);
  return {
    type: 'object',
    properties: messageProperties(type),
    ...(required.length === 0 ? {} : { required }),
    ...(type.open ? {} : { additionalProperties: false }),
    ...(groups.length === 0 ? {} : { allOf: groups }),
  };
}

function messageProperties({ fields }: MessageType): JsonSchema {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)]));
}

function oneOfSchema(group: OneOf): JsonSchema {
  const names = 'atMost' in group ? group.atMost : group.exactly;
  const alternatives = names.map((name) => ({ required: [name] }));
  return {
    oneOf: 'atMost' in group ? [{ not: { anyOf: alternatives } }, ...alternatives] : alternatives,
  };
}

function intLimits(
  format: 'int32' | 'uint32' | 'uint64',
  minimum?: number,
  maximum?: number,
): JsonSchema {
  const least = minimum ?? (format === 'int32' ? -2_147_483_648 : 0);
  const most =
    maximum ??
    (format === 'int32' ? 2_147_483_647 : format === 'uint32' ? 4_294_967_295 : undefined);
  return { minimum: least, ...(most === undefined ? {} : { maximum: most }) };
}
