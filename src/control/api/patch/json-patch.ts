/** JSON Patch (RFC 6902): a list of operations, all of them or none. */
import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  sameJson,
  without,
} from '../../json.ts';
import { ApiError } from '../status.ts';

const operationsMax = 10_000;
/** Characters that `copy` may add: a few copies of copies would fill the memory otherwise. */
const copiedMax = 3 * 1024 * 1024;

export function applyJsonPatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonArray(patch)) throw bad('a JSON patch is a list of operations');
  if (patch.length > operationsMax) throw bad(`more than ${operationsMax} operations`);
  let copied = 0;
  return patch.reduce<JsonValue>((result, operation) => {
    if (isJsonObject(operation) && operation.op === 'copy') {
      copied += JSON.stringify(find(result, pointer(operation, 'from'))).length;
      if (copied > copiedMax) throw bad(`the copies are larger than ${copiedMax} characters`);
    }
    return applyOperation(result, operation);
  }, target);
}

function applyOperation(target: JsonValue, operation: JsonValue): JsonValue {
  if (!isJsonObject(operation)) throw bad('an operation is an object');
  const path = pointer(operation, 'path');
  switch (operation.op) {
    case 'add':
      return edit(target, path, { type: 'add', value: givenValue(operation) });
    case 'replace':
      return edit(target, path, { type: 'replace', value: givenValue(operation) });
    case 'remove':
      return edit(target, path, { type: 'remove' });
    case 'test':
      if (!sameJson(find(target, path), givenValue(operation)))
        throw new ApiError(
          'Invalid',
          `the server rejected our request due to an error in our request: testing path /${path.join('/')} value failed`,
        );
      return target;
    case 'copy':
      return edit(target, path, { type: 'add', value: find(target, pointer(operation, 'from')) });
    case 'move': {
      const from = pointer(operation, 'from');
      const value = find(target, from);
      return edit(edit(target, from, { type: 'remove' }), path, { type: 'add', value });
    }
    default:
      throw bad(`unknown operation ${JSON.stringify(operation.op ?? null)}`);
  }
}

type Edit =
  | { readonly type: 'add' | 'replace'; readonly value: JsonValue }
  | { readonly type: 'remove' };

function edit(target: JsonValue, path: readonly string[], change: Edit): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (change.type === 'remove') throw bad('the whole object cannot be removed');
    return change.value;
  }
  if (isJsonArray(target)) return editList(target, key, rest, change);
  if (isJsonObject(target)) return editObject(target, key, rest, change);
  throw bad(`path ${JSON.stringify(key)} leads into a plain value`);
}

function editObject(
  target: JsonObject,
  key: string,
  rest: readonly string[],
  change: Edit,
): JsonObject {
  const present = Object.hasOwn(target, key);
  if (!present && (rest.length > 0 || change.type !== 'add'))
    throw bad(`there is no ${JSON.stringify(key)} to ${rest.length > 0 ? 'enter' : change.type}`);
  if (rest.length > 0) return { ...target, [key]: edit(target[key] ?? null, rest, change) };
  return change.type === 'remove' ? without(target, key) : { ...target, [key]: change.value };
}

function editList(
  target: JsonArray,
  key: string,
  rest: readonly string[],
  change: Edit,
): JsonArray {
  const adding = rest.length === 0 && change.type === 'add';
  const index =
    key === '-' && adding ? target.length : /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > target.length || (index === target.length && !adding))
    throw bad(`no item ${JSON.stringify(key)} in a list of ${target.length}`);
  if (rest.length > 0) return target.with(index, edit(target[index] ?? null, rest, change));
  if (change.type === 'remove') return target.toSpliced(index, 1);
  return change.type === 'add'
    ? target.toSpliced(index, 0, change.value)
    : target.with(index, change.value);
}

function find(target: JsonValue, path: readonly string[]): JsonValue {
  let here: JsonValue | undefined = target;
  for (const key of path) {
    if (isJsonArray(here)) here = /^\d+$/.test(key) ? here[Number(key)] : undefined;
    else if (isJsonObject(here)) here = Object.hasOwn(here, key) ? here[key] : undefined;
    else here = undefined;
    if (here === undefined) throw bad(`there is nothing at /${path.join('/')}`);
  }
  return here ?? null;
}

function pointer(operation: JsonObject, member: 'path' | 'from'): readonly string[] {
  const given = operation[member];
  if (given === '') return [];
  if (typeof given !== 'string' || !given.startsWith('/'))
    throw bad(`${member} must start with a slash`);
  return given
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function givenValue(operation: JsonObject): JsonValue {
  const value = operation.value;
  if (value === undefined) throw bad('the operation has no value');
  return value;
}

function bad(why: string): ApiError {
  return new ApiError('BadRequest', `the JSON patch cannot be applied: ${why}`);
}
