/**
 * What the API server's schema refuses: types without any leniency, required fields, enumerations, limits, one-of groups.
 * It walks the nodes beside the decoder, because Istio's decoder takes much that the schema does not, and the other way round.
 * Unknown fields are not told here: the decoder has.
 */
import {
  type FieldType,
  formatPath,
  type ListType,
  type MapType,
  type MessageType,
  parseDuration,
} from '../../resource/index.ts';
import type { Span } from '../../text/index.ts';
import {
  entryOf,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type YamlNode,
} from '../../yaml/index.ts';
import { decodingRules as rules } from '../rules/decoding.ts';
import { brokenRules } from './schema-rules.ts';

export type SchemaDefect = {
  readonly rule: (typeof rules)[keyof typeof rules];
  readonly message: string;
  readonly span: Span;
  readonly path: string;
};

/** The way to a node, made into a path only when something is wrong there. */
export type Way = { readonly up: Way | null; readonly key: string | number };

export function pathOf(way: Way, ...keys: readonly (string | number)[]): string {
  const all: (string | number)[] = [...keys];
  for (let step: Way | null = way; step !== null; step = step.up) all.unshift(step.key);
  return formatPath(all);
}

/** Checks `node` and all below it. */
export function checkSchema(
  type: FieldType,
  node: YamlNode,
  way: Way,
  defects: SchemaDefect[],
): void {
  if (node.kind === 'scalar' && node.value === null) {
    if (type.nullable !== true) defects.push(nullDefect(node, way));
    return;
  }
  switch (type.kind) {
    case 'message':
      if (node.kind === 'map') checkMessage(type, node, way, defects);
      else defects.push(typeDefect(node, way, 'a map of fields'));
      break;
    case 'list':
      if (node.kind === 'list') checkList(type, node.items, node, way, defects);
      else defects.push(typeDefect(node, way, 'a list'));
      break;
    case 'map':
      if (node.kind === 'map') checkMap(type, node, way, defects);
      else defects.push(typeDefect(node, way, 'a map'));
      break;
    case 'struct':
      return;
    default:
      if (node.kind === 'scalar') checkScalar(type, node, way, defects);
      else defects.push(typeDefect(node, way, 'a single value'));
  }
  for (const broken of brokenRules(type.rules ?? [], node)) {
    defects.push({
      rule: rules.apiServerRule,
      message: broken.message,
      span: broken.node,
      path: pathOf(way, ...broken.keys),
    });
  }
}

function checkMessage(type: MessageType, node: MapNode, way: Way, defects: SchemaDefect[]): void {
  for (const entry of node.entries) {
    const field = Object.hasOwn(type.fields, entry.key) ? type.fields[entry.key] : undefined;
    if (field === undefined || !counts(node, entry)) continue;
    checkEntry(field, entry, way, defects);
  }
  for (const name of requiredFields(type)) {
    if (entryOf(node, name) !== undefined) continue;
    defects.push({
      rule: rules.apiServerRequired,
      message: `${name} is missing, the API server requires it`,
      span: node,
      path: pathOf(way, name),
    });
  }
  for (const group of type.oneOf) {
    const names = 'atMost' in group ? group.atMost : group.exactly;
    const given = names.filter((name) => entryOf(node, name) !== undefined);
    if (given.length > 1 || ('exactly' in group && given.length === 0))
      defects.push({
        rule: rules.apiServerOneOf,
        message:
          given.length === 0
            ? `one of ${names.join(', ')} is needed`
            : `${given.join(' and ')} exclude each other`,
        span: entryOf(node, given[1] ?? '')?.keyNode ?? node,
        path: pathOf(way, ...given.slice(1, 2)),
      });
  }
}

const required = new WeakMap<MessageType, readonly string[]>();

function requiredFields(type: MessageType): readonly string[] {
  let names = required.get(type);
  if (names === undefined) {
    names = Object.keys(type.fields).filter((name) => type.fields[name]?.required === true);
    required.set(type, names);
  }
  return names;
}

function checkList(
  type: ListType,
  items: readonly YamlNode[],
  node: YamlNode,
  way: Way,
  defects: SchemaDefect[],
): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = type;
  if (items.length < minItems || items.length > maxItems)
    defects.push(
      limitDefect(node, way, `${items.length} elements, allowed are ${minItems} to ${maxItems}`),
    );
  for (const [i, item] of items.entries()) {
    if (item.kind === 'scalar' && item.value === null)
      defects.push({
        rule: rules.nullInList,
        message: 'this element of the list is empty (null)',
        // The dash, where nothing stands behind it.
        span: { ...item, start: item.text === '' ? item.start - 1 : item.start },
        path: pathOf(way, i),
      });
    else checkSchema(type.element, item, { up: way, key: i }, defects);
  }
  if (type.uniqueBy !== undefined) checkUnique(type.uniqueBy, items, way, defects);
}

function checkUnique(
  key: string,
  items: readonly YamlNode[],
  way: Way,
  defects: SchemaDefect[],
): void {
  const seen = new Set<unknown>();
  for (const [i, item] of items.entries()) {
    const value = item.kind === 'map' ? entryOf(item, key)?.value : undefined;
    if (value?.kind !== 'scalar') continue;
    if (seen.has(value.value))
      defects.push({
        rule: rules.apiServerUnique,
        message: `${key} ${value.text} is given twice in this list`,
        span: value,
        path: pathOf(way, i, key),
      });
    seen.add(value.value);
  }
}

function checkMap(type: MapType, node: MapNode, way: Way, defects: SchemaDefect[]): void {
  const { maxProperties = Number.POSITIVE_INFINITY } = type;
  if (node.entries.length > maxProperties)
    defects.push(
      limitDefect(node, way, `${node.entries.length} entries, allowed are ${maxProperties}`),
    );
  for (const entry of node.entries) {
    if (counts(node, entry)) checkEntry(type.element, entry, way, defects);
  }
}

function checkEntry(
  type: FieldType,
  { key, keyNode, value }: MapEntry,
  way: Way,
  defects: SchemaDefect[],
): void {
  const below: Way = { up: way, key };
  if (value.kind !== 'scalar' || value.value !== null) checkSchema(type, value, below, defects);
  // A value that is not written has no extent: its key is shown.
  else if (type.nullable !== true)
    defects.push(nullDefect(value.text === '' ? keyNode : value, below));
}

/** Of a key given twice, kubectl sends the last one. */
function counts(node: MapNode, entry: MapEntry): boolean {
  return !node.repeats || entryOf(node, entry.key) === entry;
}

type ScalarType = Exclude<FieldType, { kind: 'message' | 'list' | 'map' | 'struct' }>;

function checkScalar(type: ScalarType, node: ScalarNode, way: Way, defects: SchemaDefect[]): void {
  const { value } = node;
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') defects.push(typeDefect(node, way, 'a text'));
      else if (type.maxLength !== undefined && [...value].length > type.maxLength)
        defects.push(limitDefect(node, way, `longer than ${type.maxLength} characters`));
      return;
    case 'bytes':
      if (typeof value !== 'string') defects.push(typeDefect(node, way, 'a text in base64'));
      return;
    case 'bool':
      if (typeof value !== 'boolean') defects.push(typeDefect(node, way, 'true or false'));
      return;
    case 'int':
      if (typeof value !== 'number' || !Number.isInteger(value))
        defects.push(typeDefect(node, way, 'a whole number, unquoted'));
      else checkRange(value, intLimits(type), node, way, defects);
      return;
    case 'double':
      if (typeof value !== 'number') defects.push(typeDefect(node, way, 'a number, unquoted'));
      else checkRange(value, type, node, way, defects);
      return;
    case 'enum':
      if (typeof value !== 'string' || !type.values.includes(value))
        defects.push(typeDefect(node, way, `one of ${type.values.join(', ')}`));
      return;
    case 'duration':
      checkDuration(type.strict, node, way, defects);
      return;
    case 'int-or-string':
      if (typeof value === 'boolean') defects.push(typeDefect(node, way, 'a number or a name'));
  }
}

type Limits = { readonly minimum?: number; readonly maximum?: number };

function intLimits(type: Extract<FieldType, { kind: 'int' }>): Limits {
  switch (type.format) {
    case 'int32':
      return { minimum: type.minimum ?? -(2 ** 31), maximum: type.maximum ?? 2 ** 31 - 1 };
    case 'uint32':
      return { minimum: type.minimum ?? 0, maximum: type.maximum ?? 2 ** 32 - 1 };
    case 'uint64':
      return { minimum: type.minimum ?? 0, maximum: type.maximum ?? 2 ** 63 - 1 };
  }
}

function checkRange(
  value: number,
  { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Limits,
  node: ScalarNode,
  way: Way,
  defects: SchemaDefect[],
): void {
  if (value < minimum) defects.push(limitDefect(node, way, `below ${minimum}`));
  if (value > maximum) defects.push(limitDefect(node, way, `above ${maximum}`));
}

function checkDuration(strict: boolean, node: ScalarNode, way: Way, defects: SchemaDefect[]): void {
  const { value } = node;
  if (typeof value !== 'string') {
    defects.push(typeDefect(node, way, 'a duration such as 10s'));
    return;
  }
  const milliseconds = strict ? parseDuration(value) : 1;
  if (milliseconds === null || milliseconds < 1)
    defects.push({
      rule: rules.apiServerRule,
      message: `${node.text} is no duration of at least 1ms`,
      span: node,
      path: pathOf(way),
    });
}

function typeDefect(node: YamlNode, way: Way, wanted: string): SchemaDefect {
  const given =
    node.kind === 'scalar'
      ? `${node.style === 'plain' ? '' : 'the text '}${node.text.slice(0, 60)}`
      : `a ${node.kind}`;
  return {
    rule: rules.apiServerType,
    message: `the API server wants ${wanted} here, not ${given}`,
    span: node,
    path: pathOf(way),
  };
}

function limitDefect(node: YamlNode, way: Way, what: string): SchemaDefect {
  const given = node.kind === 'scalar' ? `${node.text.slice(0, 60)} is ` : '';
  return { rule: rules.apiServerLimit, message: `${given}${what}`, span: node, path: pathOf(way) };
}

function nullDefect(node: Span, way: Way): SchemaDefect {
  return {
    rule: rules.meaninglessNull,
    message: `${pathOf(way)} has no value (null), which means nothing`,
    span: node,
    path: pathOf(way),
  };
}
