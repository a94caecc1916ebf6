/**
 * A YAML node to a value of a field table, as Istio's decoder does it: field names in either spelling, a null field absent,
 * the last of a one-of group. Problems are collected; a value with a problem is left out.
 */
import {
  entryOf,
  isNull,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type YamlNode,
} from '../yaml/index.ts';
import {
  keyReading,
  numberReading,
  pathTo,
  rewriting,
  snakeCaseField,
  spanOf,
  unknownField,
  wrongShape,
} from './decode-problem.ts';
import { decodeScalar, type ScalarType } from './decode-scalar.ts';
import type { FieldType, ListType, MapType, MessageType } from './field-table.ts';
import { at, nothingAt, type Place, type Placed, PlaceWithin, snakeCase } from './place.ts';
import type { DecodeProblem } from './resource.ts';

/** Nobody reads more, and hostile text must not make them without end. */
const maxProblems = 1000;

/** Decodes `node`, which stands at `key` of `parent` (null: it is the whole document); problems are pushed. The caller casts the result to Decoded<typeof type>. */
export function decodeValue(
  type: FieldType,
  node: YamlNode,
  parent: Place | null,
  key: string | number,
  problems: DecodeProblem[],
): unknown {
  switch (type.kind) {
    case 'message':
      if (node.kind === 'map')
        return decodeMessage(type, node, placeOf(node, parent, key), problems);
      break;
    case 'list':
      if (node.kind === 'list')
        return decodeList(type, node.items, placeOf(node, parent, key), problems);
      break;
    case 'map':
      if (node.kind === 'map') return decodeMap(type, node, placeOf(node, parent, key), problems);
      break;
    case 'struct':
      return node;
    default:
      if (node.kind === 'scalar') return scalarValue(type, node, parent, key, problems);
  }
  if (problems.length < maxProblems) problems.push(wrongShape(type, node, parent, key));
}

function placeOf(node: YamlNode, parent: Place | null, key: string | number): Place {
  return parent === null ? { node, parent, key } : new PlaceWithin(parent, key);
}

function scalarValue(
  type: ScalarType,
  node: ScalarNode,
  parent: Place | null,
  key: string | number,
  problems: DecodeProblem[],
): unknown {
  const value = decodeScalar(type, node);
  if (typeof value === 'object') {
    const { rewritten, ...fault } = value;
    if (problems.length < maxProblems)
      problems.push({
        ...fault,
        span: spanOf(node),
        path: pathTo(parent, key),
        ...(rewritten === undefined ? {} : { fix: rewriting(node, rewritten) }),
      });
    return;
  }
  const reading =
    type.kind === 'int' && typeof value === 'number'
      ? numberReading(value, node, parent, key)
      : null;
  if (reading !== null && problems.length < maxProblems) problems.push(reading);
  return value;
}

/** Without a problem that could not be mended too. */
function fits(type: FieldType, value: YamlNode): boolean {
  if (isNull(value)) return false;
  const problems: DecodeProblem[] = [];
  decodeValue(type, value, null, '', problems);
  return problems.every(({ kind, fix }) => kind === 'reading' || fix !== undefined);
}

/** The value that a null has in a list or map: the zero of its type. */
function zeroOf(
  type: FieldType,
  node: YamlNode,
  parent: Place | null,
  key: string | number,
  problems: DecodeProblem[],
): unknown {
  switch (type.kind) {
    case 'message':
      return decodeMessage(type, nothingAt(node, node.end), placeOf(node, parent, key), problems);
    case 'list':
      return placedList([], placeOf(node, parent, key));
    case 'map':
    case 'struct':
      return placedMap(placeOf(node, parent, key));
    case 'string':
    case 'bytes':
      return '';
    case 'bool':
      return false;
    case 'enum':
      return type.values[0] ?? 'UNRECOGNIZED';
    case 'int':
    case 'double':
    case 'duration':
    case 'int-or-string':
      return 0;
  }
}

/** camelCase and snake_case names to the field of the table. */
type Names = ReadonlyMap<string, { readonly name: string; readonly type: FieldType }>;

const namesOfTypes = new WeakMap<MessageType, Names>();

function namesOf(type: MessageType): Names {
  const known = namesOfTypes.get(type);
  if (known !== undefined) return known;
  const fields = Object.entries(type.fields).map(([name, field]) => ({ name, type: field }));
  const names: Names = new Map([
    ...fields.map((field) => [snakeCase(field.name), field] as const),
    ...fields.map((field) => [field.name, field] as const),
  ]);
  namesOfTypes.set(type, names);
  return names;
}

/** Fields are those of a table, so an ordinary object holds them; keys of maps come from the user (placedMap). */
type Message = { [name: string]: unknown } & Placed;

/** Of the fields that stand in a map, wherever that is. */
export function decodeMessage(
  type: MessageType,
  node: MapNode,
  place: Place,
  problems: DecodeProblem[],
): unknown {
  const value: Message = { [at]: place };
  const names = namesOf(type);
  for (const entry of node.entries) {
    const field = names.get(entry.key);
    if (field === undefined) {
      if (!type.open && problems.length < maxProblems)
        problems.push(unknownField(type, entry, node, place, fits));
      continue;
    }
    if (node.repeats && entryOf(node, entry.key) !== entry) continue;
    if (entry.key !== field.name) {
      if (type.open) continue;
      if (givenTwice(entry, field.name, node, place, problems)) continue;
    } else if (isWireNameOfOther(names, entry.key, node)) continue;
    if (isNull(entry.value)) continue;
    const decoded = decodeValue(field.type, entry.value, place, field.name, problems);
    if (decoded !== undefined) value[field.name] = decoded;
  }
  if (type.oneOf.length > 0) keepLastOfEachGroup(type, value);
  return value;
}

/** Says that a field is given by its wire name; is it given by its own name too, which then counts? */
function givenTwice(
  { key, keyNode }: MapEntry,
  name: string,
  node: MapNode,
  place: Place,
  problems: DecodeProblem[],
): boolean {
  const both = entryOf(node, name) !== undefined;
  if (problems.length < maxProblems) problems.push(snakeCaseField(key, name, keyNode, place, both));
  return both;
}

/** A table may have a field under both names, as the API server's schema has: given by both, the wire name is not read. */
function isWireNameOfOther(names: Names, key: string, node: MapNode): boolean {
  if (!key.includes('_')) return false;
  return node.entries.some(
    (other) => other.key !== key && snakeCase(other.key) === key && names.has(other.key),
  );
}

/** Of a one-of group the decoder keeps the last in the group's order. */
function keepLastOfEachGroup(type: MessageType, value: { [name: string]: unknown }): void {
  for (const group of type.oneOf) {
    const names = 'atMost' in group ? group.atMost : group.exactly;
    const present = names.filter((name) => value[name] !== undefined);
    for (const name of present.slice(0, -1)) delete value[name];
  }
}

function decodeList(
  type: ListType,
  items: readonly YamlNode[],
  place: Place,
  problems: DecodeProblem[],
): unknown {
  const values: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === undefined) continue;
    const decoded = isNull(item)
      ? zeroOf(type.element, item, place, index, problems)
      : decodeValue(type.element, item, place, index, problems);
    if (decoded !== undefined) values.push(decoded);
  }
  return placedList(values, place);
}

function decodeMap(type: MapType, node: MapNode, place: Place, problems: DecodeProblem[]): unknown {
  const values = placedMap(place);
  for (const entry of node.entries) {
    if (node.repeats && entryOf(node, entry.key) !== entry) continue;
    const { key, value } = entry;
    if (!entry.asWritten && problems.length < maxProblems)
      problems.push(keyReading(key, entry.keyNode, place));
    const decoded = isNull(value)
      ? zeroOf(type.element, value, place, key, problems)
      : decodeValue(type.element, value, place, key, problems);
    if (decoded !== undefined) values[key] = decoded;
  }
  return values;
}

function placedList(values: unknown[], place: Place): unknown[] & Placed {
  return Object.assign(values, { [at]: place });
}

/** Without a prototype: a key may be `__proto__` or `constructor`. */
function placedMap(place: Place): Message {
  const map: Message = Object.create(null);
  Object.defineProperty(map, at, { value: place });
  return map;
}
