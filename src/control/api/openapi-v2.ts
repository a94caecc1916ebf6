/**
 * OpenAPI v2 for clients from before v3, which ask for it as protobuf (gnostic's OpenAPIv2.proto): of each kind the one operation that
 * they look into, whether a patch takes `dryRun` and `fieldValidation`. With no definitions they leave validation to the server.
 */
import { apiKinds, apiVersionOf } from './api-kind.ts';

/** As servers answer; in requests an at-sign stands before v1.0, which is no media type by the letter. */
export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

export function openApiV2Document(program: string): Buffer {
  const paths = apiKinds.flatMap((kind) =>
    kind.versions.map((version) => {
      const base = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
      const scope = kind.namespaced ? '/namespaces/{namespace}' : '';
      const gvk = { group: kind.group, kind: kind.kind, version };
      return message(
        2,
        text(1, `${base}${scope}/${kind.plural}/{name}`),
        message(2, message(8, ...patchOperation(gvk, apiVersionOf(kind.group, version)))),
      );
    }),
  );
  return Buffer.concat([
    text(1, '2.0'),
    message(2, text(1, 'tcpmesh'), text(2, program)),
    message(8, ...paths),
    message(9),
  ]);
}

type GroupVersionKind = {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
};

function patchOperation(gvk: GroupVersionKind, apiVersion: string): readonly Buffer[] {
  const yaml = `group: ${JSON.stringify(gvk.group)}\nkind: ${gvk.kind}\nversion: ${gvk.version}\n`;
  return [
    text(5, `patch ${apiVersion} ${gvk.kind}`),
    ...['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(queryParameter),
    message(9),
    message(13, text(1, 'x-kubernetes-group-version-kind'), message(2, text(2, yaml))),
  ];
}

/** parameters: ParametersItem.parameter.nonBodyParameter.queryParameterSubSchema. */
function queryParameter(name: string): Buffer {
  const schema = [text(2, 'query'), text(4, name), text(6, 'string')];
  return message(8, message(1, message(2, message(3, ...schema))));
}

function message(number: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

function text(number: number, value: string): Buffer {
  return message(number, Buffer.from(value));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  bytes.push(left);
  return Buffer.from(bytes);
}
