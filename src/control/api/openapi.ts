/** OpenAPI v3 documents, one per group version: enough for kubectl to validate, apply and explain. */
import {
  durationDescription,
  type FieldType,
  type MessageType,
  kinds as meshKinds,
} from '../../resource/index.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { type ApiKind, apiKinds, groupVersions } from './api-kind.ts';
import { schemaOf } from './schema/kind-schemas.ts';
import { objectMeta } from './schema/metadata-schema.ts';
import type { Schema } from './schema/schema.ts';

export function openApiIndex(): JsonObject {
  const entries = groupVersions().flatMap(({ group, versions }) =>
    versions.map((version): [string, JsonValue] => {
      const path = pathOf(group, version);
      return [path, { serverRelativeURL: `/openapi/v3/${path}` }];
    }),
  );
  return { paths: Object.fromEntries(entries) };
}

/** For `api/v1` or `apis/group/version`; undefined when it is not served. */
export function openApiDocument(path: string, program: string): JsonObject | undefined {
  for (const { group, versions } of groupVersions())
    for (const version of versions)
      if (pathOf(group, version) === path) return document(group, version, program);
  return undefined;
}

function pathOf(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function document(group: string, version: string, program: string): JsonObject {
  const kinds = apiKinds.filter((kind) => kind.group === group && kind.versions.includes(version));
  const components = new Components();
  for (const kind of kinds) components.addKind(kind, version);
  return {
    openapi: '3.0.0',
    info: { title: 'tcpmesh', version: program },
    paths: Object.fromEntries(kinds.flatMap((kind) => pathsOf(kind, version))),
    components: { schemas: components.schemas() },
  };
}

function pathsOf(kind: ApiKind, version: string): [string, JsonValue][] {
  const gvk = { group: kind.group, version, kind: kind.kind };
  const scope = kind.namespaced ? '/namespaces/{namespace}' : '';
  const base = `/${pathOf(kind.group, version)}${scope}/${kind.plural}`;
  const schema = { $ref: `#/components/schemas/${componentName(kind, version)}` };
  const content = { 'application/json': { schema } };
  const operation = (action: string, parameters: readonly string[]): JsonObject => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    parameters: parameters.map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string', uniqueItems: true },
    })),
    responses: { '200': { description: 'OK', content } },
  });
  const writing = ['dryRun', 'fieldManager', 'fieldValidation'];
  return [
    [base, { get: operation('list', []), post: operation('post', writing) }],
    [
      `${base}/{name}`,
      {
        get: operation('get', []),
        put: operation('put', writing),
        patch: operation('patch', [...writing, 'force']),
        delete: operation('delete', ['dryRun']),
      },
    ],
  ];
}

function componentName(kind: ApiKind, version: string): string {
  const group = kind.group === '' ? 'core' : kind.group;
  return `${group}.${version}.${kind.kind}`;
}

/** Schemas by name: a message that stands in several places is written once. */
class Components {
  private readonly found = new Map<string, JsonObject>();

  addKind(kind: ApiKind, version: string): void {
    const members: Record<string, JsonValue> =
      kind.family === 'custom' ? this.customMembers(kind) : this.builtinMembers(kind);
    this.found.set(componentName(kind, version), {
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: this.shape(objectMeta),
        ...members,
      },
      'x-kubernetes-group-version-kind': [{ group: kind.group, version, kind: kind.kind }],
    });
  }

  schemas(): JsonObject {
    return Object.fromEntries([...this.found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private customMembers(kind: ApiKind): Record<string, JsonValue> {
    const info = Object.entries(meshKinds).find(([name]) => name === kind.kind)?.[1];
    return {
      ...(info === undefined ? {} : { spec: this.message(info.spec()) }),
      status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    };
  }

  private builtinMembers(kind: ApiKind): Record<string, JsonValue> {
    const schema = schemaOf(kind.kind);
    return Object.fromEntries(
      Object.entries(schema?.fields ?? {})
        .filter(([name]) => !['apiVersion', 'kind', 'metadata'].includes(name))
        .map(([name, field]) => [name, this.shape(field)]),
    );
  }

  private shape(schema: Schema): JsonObject {
    switch (schema.type) {
      case 'any':
        return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
      case 'int-or-string':
        return { 'x-kubernetes-int-or-string': true, type: 'string', format: 'int-or-string' };
      case 'map':
        return { type: 'object', additionalProperties: this.shape(schema.of) };
      case 'list':
        return {
          type: 'array',
          items: this.shape(schema.of),
          ...(schema.mergeKey ? { 'x-kubernetes-patch-merge-key': schema.mergeKey } : {}),
          ...(schema.mergeKey === undefined ? {} : { 'x-kubernetes-patch-strategy': 'merge' }),
        };
      case 'object': {
        const name = `kubernetes.${schema.name}`;
        return this.once(name, () =>
          Object.fromEntries(
            Object.entries(schema.fields).map(([key, field]) => [key, this.shape(field)]),
          ),
        );
      }
      default:
        return { type: schema.type };
    }
  }

  private message(message: MessageType): JsonObject {
    const fields = Object.entries(message.fields);
    const required = fields.flatMap(([key, field]) => (field.required === true ? [key] : []));
    return this.once(
      `istio.${message.name}`,
      () => Object.fromEntries(fields.map(([key, field]) => [key, this.field(field)])),
      required,
    );
  }

  private once(
    name: string,
    properties: () => JsonObject,
    required: readonly string[] = [],
  ): JsonObject {
    if (!this.found.has(name)) {
      this.found.set(name, {});
      this.found.set(name, {
        type: 'object',
        properties: properties(),
        // What a cluster refuses to be without; kubectl explain shows it.
        ...(required.length === 0 ? {} : { required }),
      });
    }
    return { allOf: [{ $ref: `#/components/schemas/${name}` }] };
  }

  private field(type: FieldType): JsonObject {
    switch (type.kind) {
      case 'string':
      case 'bytes':
        return { type: 'string' };
      case 'duration':
        return { type: 'string', description: durationDescription };
      case 'bool':
        return { type: 'boolean' };
      case 'int':
        return { type: 'integer', format: type.format };
      case 'double':
        return { type: 'number', format: 'double' };
      case 'int-or-string':
        return { 'x-kubernetes-int-or-string': true };
      case 'enum':
        return { type: 'string', enum: type.values };
      case 'list':
        return { type: 'array', items: this.field(type.element) };
      case 'map':
        return { type: 'object', additionalProperties: this.field(type.element) };
      case 'struct':
        return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
      case 'message':
        return this.message(type);
    }
  }
}
