/** Request bodies to JSON: JSON, YAML or Kubernetes' protobuf, of bounded depth, without keys that mean something to JavaScript itself. */
import { expandedSize, parseYaml, type YamlNode } from '../../yaml/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { decodeProtobuf } from './protobuf/decode.ts';
import type { ApiRequest } from './request.ts';
import { ApiError } from './status.ts';

const depthMax = 100;
/** Values of a YAML body, each alias counted as often as it stands. */
const nodesMax = 500_000;

export function readBody(request: Pick<ApiRequest, 'body' | 'contentType'>): JsonValue {
  const type = mediaType(request.contentType);
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(request.body);
  const text = decodeText(request.body);
  if (type === '' || type.endsWith('json')) return readJson(text);
  if (type.endsWith('yaml')) return readYaml(text);
  throw new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml; got ${type}`,
  );
}

export function readObject(request: Pick<ApiRequest, 'body' | 'contentType'>): JsonObject {
  const value = readBody(request);
  if (!isJsonObject(value)) throw new ApiError('BadRequest', 'the body is no object');
  return value;
}

export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function decodeText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ApiError('BadRequest', 'the body is not UTF-8');
  }
}

function readJson(text: string): JsonValue {
  checkDepth(text);
  try {
    return JSON.parse(text, (key, value) => {
      checkKey(key);
      return value;
    }) as JsonValue;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('BadRequest', `the body is no JSON: ${(error as Error).message}`);
  }
}

/** JSON is nested no deeper than its brackets outside strings say. */
function checkDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > depthMax) throw tooDeep();
    } else if (char === '}' || char === ']') depth -= 1;
  }
}

function readYaml(text: string): JsonValue {
  const documents = parseYaml({ name: 'body', text });
  const [document] = documents.filter(({ root }) => root !== null);
  if (document?.root === null || document?.root === undefined) {
    const problem = documents.flatMap(({ problems }) => problems)[0];
    throw new ApiError('BadRequest', `the body is no YAML: ${problem?.message ?? 'it is empty'}`);
  }
  if (expandedSize(document.root, nodesMax) > nodesMax)
    throw new ApiError('BadRequest', `the body holds more than ${nodesMax} values`);
  return jsonOf(document.root);
}

/** The plain value of a YAML node; of a key that is there twice the last one counts, as for kubectl. */
export function jsonOf(node: YamlNode, depth = 0): JsonValue {
  if (depth > depthMax) throw tooDeep();
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map((item) => jsonOf(item, depth + 1));
    case 'map':
      return Object.fromEntries(
        node.entries.map((entry) => {
          checkKey(entry.key);
          return [entry.key, jsonOf(entry.value, depth + 1)];
        }),
      );
  }
}

/** undefined where the API would not take it either. */
export function jsonTaken(node: YamlNode): JsonValue | undefined {
  try {
    return jsonOf(node);
  } catch {
    return undefined;
  }
}

function checkKey(key: string): void {
  if (key === '__proto__') throw new ApiError('BadRequest', 'the key "__proto__" is not allowed');
}

function tooDeep(): ApiError {
  return new ApiError('BadRequest', `the body is nested more than ${depthMax} deep`);
}
