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
      if (!type.open && problems.length < maxProblems)
        problems.push(unknownField(type, entry.key, node, entry.keyNode, place));
      continue;
    }
    if (node.repeats && entryOf(node, entry.key) !== entry) continue;
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
    if (node.repeats && entryOf(node, entry.key) !== entry) continue;
    if (entry.keyNode.style === 'plain' && entry.keyNode.text !== entry.key)
      problems.push(keyReading(entry.key, entry.keyNode, place));
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
            `${readAs(node)}, a text belongs here`,
            value === null ? '' : `Quote it: "${node.text}".`,
          );
    case 'bytes':
      if (typeof value === 'string' && isBase64(value)) return value;
      return wrong(problems, place, node, `${show(node)} is not base64`, '', 'base64');
    case 'bool':
      return typeof value === 'boolean'
        ? value
        : wrong(problems, place, node, `${readAs(node)}, true or false belongs here`);
    case 'int-or-string':
      return typeof value === 'string' || typeof value === 'number'
        ? value
        : wrong(problems, place, node, `${readAs(node)}, a number or a name belongs here`);
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

/** Of either alphabet but not both; padded to groups of four, or not at all. */
function isBase64(text: string): boolean {
  const code = text.replace(/[\r\n]/g, '');
  const digits = code.length % 4 === 0 ? code.replace(/={1,2}$/, '') : code;
  return (
    digits.length % 4 !== 1 && (/^[A-Za-z0-9+/]*$/.test(digits) || /^[A-Za-z0-9_-]*$/.test(digits))
  );
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
    return wrong(problems, place, node, `${readAs(node)}, a whole number belongs here`);
  }
  const [least, most] = intRange[type.format];
  if (number < least || number > most || (number === 2 ** 64 && node.text !== largestUint64)) {
    return wrong(
      problems,
      place,
      node,
      `${show(node)} is out of range (${least} to ${type.format === 'uint64' ? largestUint64 : most})`,
      '',
      'range',
    );
  }
  if (typeof value === 'number' && oddNumber.test(node.text)) {
    problems.push({
      kind: 'reading',
      message: `${show(node)} is read as the number ${number}`,
      help: `Write ${number}, if that is what is meant.`,
      span: spanOf(node),
      path: pathTo(place),
    });
  }
  return number === 0 ? 0 : number;
}

/** Numbers that are not read as they look: octal, hexadecimal, binary, with underscores. */
const oddNumber = /^[-+]?0[0-9xbo]|_/;
const largestUint64 = '18446744073709551615';

/** A text is read as JSON reads numbers. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function decodeDouble(
  node: ScalarNode,
  place: Place,
  problems: DecodeProblem[],
): number | undefined {
  const { value } = node;
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value === 'string' && jsonNumber.test(value.trim())) return Number(value);
  return wrong(problems, place, node, `${readAs(node)}, a number belongs here`);
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
    value >= intRange.int32[0] &&
    value <= intRange.int32[1]
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
  node: MapNode,
  keyNode: ScalarNode,
  place: Place,
): DecodeProblem {
  const absent = Object.keys(type.fields).filter((name) => entryOf(node, name) === undefined);
  const meant = closest(key, absent);
  const known = Object.keys(type.fields).join(', ');
  return {
    kind: 'unknown-field',
    message: `unknown field ${JSON.stringify(key.slice(0, 80))} in ${type.name}`,
    help:
      meant === null
        ? `Remove it, or move it to where it belongs; ${type.name} has ${known}.`
        : `Did you mean ${meant}?`,
    span: spanOf(keyNode),
    path: pathTo(place, key),
    ...(meant === null ? {} : { meant: pathTo(place, meant) }),
  };
}

function keyReading(key: string, keyNode: ScalarNode, place: Place): DecodeProblem {
  return {
    kind: 'reading',
    message: `the key ${keyNode.text} is read as ${JSON.stringify(key)}`,
    help: `Quote it if the text is meant: "${keyNode.text}".`,
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

/** Nobody reads more, and hostile text must not make them without end. */
const maxProblems = 1000;

function wrong(
  problems: DecodeProblem[],
  place: Place,
  node: YamlNode,
  message: string,
  help = '',
  kind: DecodeProblem['kind'] = 'type',
): undefined {
  if (problems.length < maxProblems)
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
    repeats: false,
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

/** What a scalar is to Istio, said only as far as it is no surprise. */
function readAs(node: ScalarNode): string {
  const { value } = node;
  switch (typeof value) {
    case 'string':
      return `${show(node)} is a text`;
    case 'boolean':
      return node.text === String(value)
        ? `${value} is a boolean`
        : `${node.text} is read as the boolean ${value}`;
    case 'number':
      return node.text === String(value)
        ? `${node.text} is a number`
        : `${show(node)} is read as the number ${value}`;
    default:
      return 'this value is empty';
  }
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
