/**
 * A YAML node to a value of a field table, as Istio's decoder does it (protobuf JSON: numbers may be strings, enums numbers,
 * field names snake_case, a null field is absent). Problems are collected; a value with a problem is left out.
 */
import { closest, type Span } from '../text/index.ts';
import { entryOf, type MapNode, type ScalarNode, type YamlNode } from '../yaml/index.ts';
import { parseDuration } from './duration.ts';
import type {
  EnumType,
  FieldType,
  IntType,
  ListType,
  MapType,
  MessageType,
} from './field-table.ts';
import { at, formatPath, type Place, type Placed, snakeCase } from './place.ts';
import type { DecodeProblem } from './resource.ts';

/** Decodes `node` at `place` by `type`; problems are pushed. The caller casts the result to Decoded<typeof type>. */
export function decodeValue(
  type: FieldType,
  node: YamlNode,
  place: Place,
  problems: DecodeProblem[],
): unknown {
  switch (type.kind) {
    case 'message':
      return decodeMessage(type, node, place, problems);
    case 'list':
      return decodeList(type, node, place, problems);
    case 'map':
      return decodeMap(type, node, place, problems);
    case 'struct':
      return node;
    default:
      if (node.kind !== 'scalar')
        return wrong(
          problems,
          place,
          node,
          `${describe(node)} stands where ${nounOf(type)} belongs`,
        );
      return decodeScalar(type, node, place, problems);
  }
}

/** The value that a null has in a list or map: the zero of its type. */
function zeroOf(type: FieldType, node: YamlNode, place: Place, problems: DecodeProblem[]): unknown {
  switch (type.kind) {
    case 'message':
      return decodeMessage(type, emptyMap(node), place, problems);
    case 'list':
      return Object.assign([], { [at]: place });
    case 'map':
    case 'struct':
      return Object.assign(Object.create(null), { [at]: place });
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

const noFieldNames: ReadonlyMap<string, string> = new Map();
const fieldNames = new WeakMap<MessageType, ReadonlyMap<string, string>>();

/** camelCase and snake_case names to the field's name in the table. */
function namesOf(type: MessageType): ReadonlyMap<string, string> {
  let names = fieldNames.get(type);
  if (names === undefined) {
    const made = new Map<string, string>();
    for (const name of Object.keys(type.fields)) made.set(snakeCase(name), name);
    for (const name of Object.keys(type.fields)) made.set(name, name);
    names = made;
    fieldNames.set(type, names);
  }
  return names ?? noFieldNames;
}

function decodeMessage(
  type: MessageType,
  node: YamlNode,
  place: Place,
  problems: DecodeProblem[],
): unknown {
  if (node.kind !== 'map')
    return wrong(problems, place, node, `${describe(node)} stands where a map of fields belongs`);
  const value: { [name: string]: unknown } & Placed = Object.assign(Object.create(null), {
    [at]: place,
  });
  const names = namesOf(type);
  for (const entry of node.entries) {
    const name = names.get(entry.key);
    if (name === undefined) {
      if (!type.open) problems.push(unknownField(type, entry.key, entry.keyNode, place));
      continue;
    }
    const counts = entryOf(node, entry.key);
    if (counts !== entry) continue;
    if (entry.key !== name) {
      if (type.open) continue;
      problems.push(snakeCaseField(entry.key, name, entry.keyNode, place));
      if (entryOf(node, name) !== undefined) continue;
    }
    const field = type.fields[name];
    if (field === undefined || isNull(entry.value)) continue;
    const child: Place = { node: entry.value, parent: place, key: name };
    const decoded = decodeValue(field, entry.value, child, problems);
    if (decoded !== undefined) value[name] = decoded;
  }
  keepLastOfEachGroup(type, value);
  return value;
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
  node: YamlNode,
  place: Place,
  problems: DecodeProblem[],
): unknown {
  if (node.kind !== 'list')
    return wrong(
      problems,
      place,
      node,
      `${describe(node)} stands where a list belongs`,
      'Start each element with `- `.',
    );
  const values: unknown[] = [];
  node.items.forEach((item, index) => {
    const child: Place = { node: item, parent: place, key: index };
    const decoded = isNull(item)
      ? zeroOf(type.element, item, child, problems)
      : decodeValue(type.element, item, child, problems);
    if (decoded !== undefined) values.push(decoded);
  });
  return Object.assign(values, { [at]: place });
}

function decodeMap(
  type: MapType,
  node: YamlNode,
  place: Place,
  problems: DecodeProblem[],
): unknown {
  if (node.kind !== 'map')
    return wrong(problems, place, node, `${describe(node)} stands where a map belongs`);
  const values: { [key: string]: unknown } & Placed = Object.assign(Object.create(null), {
    [at]: place,
  });
  for (const entry of node.entries) {
    if (entryOf(node, entry.key) !== entry) continue;
    const child: Place = { node: entry.value, parent: place, key: entry.key };
    const decoded = isNull(entry.value)
      ? zeroOf(type.element, entry.value, child, problems)
      : decodeValue(type.element, entry.value, child, problems);
    if (decoded !== undefined) values[entry.key] = decoded;
  }
  return values;
}

function decodeScalar(
  type: Exclude<FieldType, { kind: 'message' | 'list' | 'map' | 'struct' }>,
  node: ScalarNode,
  place: Place,
  problems: DecodeProblem[],
): unknown {
  const { value } = node;
  switch (type.kind) {
    case 'string':
      return typeof value === 'string'
        ? value
        : wrong(
            problems,
            place,
            node,
            `${show(node)} is ${typeName(value)}, a text belongs here`,
            `Quote it: "${node.text}".`,
          );
    case 'bytes':
      if (typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return value;
      return wrong(problems, place, node, `${show(node)} is not base64`, '', 'base64');
    case 'bool':
      return typeof value === 'boolean'
        ? value
        : wrong(
            problems,
            place,
            node,
            `${show(node)} is ${typeName(value)}, true or false belongs here`,
          );
    case 'int-or-string':
      return typeof value === 'string' || typeof value === 'number'
        ? value
        : wrong(
            problems,
            place,
            node,
            `${show(node)} is ${typeName(value)}, a number or a name belongs here`,
          );
    case 'int':
      return decodeInt(type, node, place, problems);
    case 'double':
      return decodeDouble(node, place, problems);
    case 'enum':
      return decodeEnum(type, node, place, problems);
    case 'duration': {
      const ms = typeof value === 'string' ? parseDuration(value) : null;
      if (ms !== null) return ms;
      return wrong(
        problems,
        place,
        node,
        `${show(node)} is no duration`,
        'Write a number with its unit: 10s, 1m30s, 250ms.',
        'duration',
      );
    }
  }
}

const intRange = {
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
  uint64: [0, 2 ** 64],
} as const;

function decodeInt(
  type: IntType,
  node: ScalarNode,
  place: Place,
  problems: DecodeProblem[],
): number | undefined {
  const { value } = node;
  const text = typeof value === 'string' ? value.trim() : '';
  const number =
    typeof value === 'number' ? value : /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(number)) {
    return wrong(
      problems,
      place,
      node,
      `${show(node)} is ${typeName(value)}, a whole number belongs here`,
    );
  }
  const [least, most] = intRange[type.format];
  if (number < least || number > most) {
    return wrong(
      problems,
      place,
      node,
      `${node.text} is out of range (${least} to ${most})`,
      '',
      'range',
    );
  }
  return number === 0 ? 0 : number;
}

function decodeDouble(
  node: ScalarNode,
  place: Place,
  problems: DecodeProblem[],
): number | undefined {
  const { value } = node;
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && /^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value.trim()))
    return Number(value);
  return wrong(problems, place, node, `${show(node)} is ${typeName(value)}, a number belongs here`);
}

function decodeEnum(
  type: EnumType,
  node: ScalarNode,
  place: Place,
  problems: DecodeProblem[],
): string | undefined {
  const { value } = node;
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    Math.abs(value) <= intRange.int32[1]
  ) {
    return type.values[value] ?? 'UNRECOGNIZED';
  }
  if (typeof value === 'string' && type.values.includes(value)) return value;
  const meant = typeof value === 'string' ? closest(value, type.values) : null;
  const help =
    meant === null
      ? `Write one of ${type.values.join(', ')}.`
      : `Did you mean ${meant}? Known are ${type.values.join(', ')}.`;
  return wrong(
    problems,
    place,
    node,
    `${show(node)} is none of the values that this field knows`,
    help,
    'enum',
  );
}

function unknownField(
  type: MessageType,
  key: string,
  keyNode: ScalarNode,
  place: Place,
): DecodeProblem {
  const meant = closest(key, Object.keys(type.fields));
  const known = Object.keys(type.fields).join(', ');
  return {
    kind: 'unknown-field',
    message: `unknown field ${JSON.stringify(key)} in ${type.name}`,
    help:
      meant === null
        ? `Remove it, or move it to where it belongs; ${type.name} has ${known}.`
        : `Did you mean ${meant}?`,
    span: spanOf(keyNode),
    path: pathTo(place, key),
  };
}

function snakeCaseField(
  key: string,
  name: string,
  keyNode: ScalarNode,
  place: Place,
): DecodeProblem {
  return {
    kind: 'snake-case',
    message: `${JSON.stringify(key)} is the wire name of ${name}: Istio reads it, the API server does not know it`,
    help: `Write ${name}.`,
    span: spanOf(keyNode),
    path: pathTo(place, key),
  };
}

function wrong(
  problems: DecodeProblem[],
  place: Place,
  node: YamlNode,
  message: string,
  help = '',
  kind: DecodeProblem['kind'] = 'type',
): undefined {
  problems.push({ kind, message, help, span: spanOf(node), path: pathTo(place) });
}

function pathTo(place: Place, ...keys: readonly string[]): string {
  const way: (string | number)[] = [];
  for (let step: Place | null = place; step !== null && step.parent !== null; step = step.parent)
    way.push(step.key);
  return formatPath([...way.reverse(), ...keys]);
}

function spanOf(node: YamlNode): Span {
  return { source: node.source, start: node.start, end: node.end };
}

function emptyMap(node: YamlNode): MapNode {
  return {
    source: node.source,
    start: node.start,
    end: node.end,
    kind: 'map',
    entries: [],
    flow: false,
  };
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function describe(node: YamlNode): string {
  if (node.kind === 'scalar') return node.value === null ? 'nothing' : show(node);
  return node.kind === 'list' ? 'a list' : 'a map';
}

function show(node: ScalarNode): string {
  const text = node.text.length > 60 ? `${node.text.slice(0, 57)}…` : node.text;
  return node.style === 'plain' ? text : JSON.stringify(text);
}

function typeName(value: ScalarNode['value']): string {
  if (value === null) return 'empty';
  return typeof value === 'string'
    ? 'a text'
    : typeof value === 'boolean'
      ? 'true/false (YAML reads y, n, on, off so too)'
      : 'a number';
}

function nounOf(type: FieldType): string {
  switch (type.kind) {
    case 'string':
    case 'bytes':
      return 'a text';
    case 'bool':
      return 'true or false';
    case 'int':
    case 'double':
      return 'a number';
    case 'int-or-string':
      return 'a number or a name';
    case 'enum':
      return `one of ${type.values.join(', ')}`;
    case 'duration':
      return 'a duration';
    case 'message':
    case 'map':
    case 'struct':
      return 'a map';
    case 'list':
      return 'a list';
  }
}
