/**
 * What the API server's schema refuses: types without any leniency, required fields, enumerations, limits, one-of groups.
 * It walks the nodes beside the decoder, because Istio's decoder takes much that the schema does not, and the other way round.
 * Unknown fields are not told here: the decoder has.
 */
import type { Fix, RuleMeta } from '../../diagnostic/index.ts';
import {
  type FieldType,
  formatPath,
  type ListType,
  type MapType,
  type MessageType,
} from '../../resource/index.ts';
import { listed, type Span } from '../../text/index.ts';
import {
  below,
  entryOf,
  type ListNode,
  type MapEntry,
  type MapNode,
  type YamlNode,
} from '../../yaml/index.ts';
import { decodingRules as rules } from '../rules/decoding.ts';
import { brokenRules } from './schema-rules.ts';
import { scalarDefect } from './schema-scalar.ts';

export type SchemaDefect = {
  readonly rule: RuleMeta;
  readonly message: string;
  readonly span: Span;
  readonly path: string;
  readonly help?: string;
  readonly fix?: Fix;
};

/** The way to a collection; a path is made of it only when something is wrong there. */
type Way = { readonly up: Way | null; readonly key: string | number };

type Key = string | number;

function pathOf(way: Way | null, ...keys: readonly Key[]): string {
  const all: Key[] = [...keys];
  for (let step = way; step !== null; step = step.up) all.unshift(step.key);
  return formatPath(all);
}

/** Checks the value of a field, and all below it. up: the way to the map that has the field; null for the object itself. */
export function checkField(
  type: FieldType,
  { key, keyNode, value }: MapEntry,
  up: Way | null,
  defects: SchemaDefect[],
): void {
  if (value.kind !== 'scalar' || value.value !== null) check(type, value, up, key, defects);
  else if (type.nullable !== true) {
    const path = pathOf(up, key);
    // A value that is not written has no extent: its key is shown.
    const span = value.text === '' ? keyNode : value;
    const message = `${path} has no value (null), which means nothing`;
    defects.push({ rule: rules.meaninglessNull, message, span, path });
  }
}

function check(
  type: FieldType,
  node: YamlNode,
  up: Way | null,
  key: Key,
  defects: SchemaDefect[],
): void {
  switch (type.kind) {
    case 'message':
      if (node.kind === 'map') checkMessage(type, node, { up, key }, defects);
      else defects.push(shapeDefect(node, 'a map of fields', up, key));
      break;
    case 'list':
      if (node.kind === 'list') checkList(type, node, { up, key }, defects);
      else defects.push(shapeDefect(node, 'a list', up, key));
      break;
    case 'map':
      if (node.kind === 'map') checkMap(type, node, { up, key }, defects);
      else defects.push(shapeDefect(node, 'a map', up, key));
      break;
    case 'struct':
      return;
    default: {
      if (node.kind !== 'scalar') {
        defects.push(shapeDefect(node, 'a single value', up, key));
        break;
      }
      const defect = scalarDefect(type, node);
      if (defect !== null) defects.push({ ...defect, span: node, path: pathOf(up, key) });
    }
  }
  if (type.rules === undefined || type.rules.length === 0) return;
  for (const { message, node: span, keys } of brokenRules(type.rules, node))
    defects.push({ rule: rules.apiServerRule, message, span, path: pathOf(up, key, ...keys) });
}

/** What a check looks up in a table again and again. */
type Plan = {
  readonly fields: ReadonlyMap<string, FieldType>;
  readonly required: readonly string[];
};

const plans = new WeakMap<MessageType, Plan>();

function planOf(type: MessageType): Plan {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const fields = Object.entries(type.fields);
  const required = fields.filter(([, field]) => field.required === true).map(([name]) => name);
  const plan: Plan = { fields: new Map(fields), required };
  plans.set(type, plan);
  return plan;
}

function checkMessage(type: MessageType, node: MapNode, way: Way, defects: SchemaDefect[]): void {
  const { fields, required } = planOf(type);
  for (const entry of node.entries) {
    const field = fields.get(entry.key);
    if (field !== undefined && counts(node, entry)) checkField(field, entry, way, defects);
  }
  for (const name of required) {
    if (entryOf(node, name) !== undefined) continue;
    const message = `${name} is missing, the API server requires it`;
    const span = (node.flow ? undefined : node.entries[0]?.keyNode) ?? node;
    defects.push({ rule: rules.apiServerRequired, message, span, path: pathOf(way, name) });
  }
  if (type.oneOf.length > 0) checkGroups(type, node, way, defects);
}

function checkGroups(type: MessageType, node: MapNode, way: Way, defects: SchemaDefect[]): void {
  for (const group of type.oneOf) {
    const names = 'atMost' in group ? group.atMost : group.exactly;
    const given = names.filter((name) => entryOf(node, name) !== undefined);
    if (given.length === 1 || (given.length === 0 && 'atMost' in group)) continue;
    defects.push({
      rule: rules.apiServerOneOf,
      message:
        given.length === 0
          ? `one of ${listed(names, 9)} is needed`
          : `${listed(given, 9)} exclude each other`,
      span: entryOf(node, given[1] ?? '')?.keyNode ?? node,
      path: pathOf(way, ...given.slice(1, 2)),
    });
  }
}

function checkList(type: ListType, node: ListNode, way: Way, defects: SchemaDefect[]): void {
  const { items } = node;
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = type;
  if (items.length < minItems || items.length > maxItems) {
    const message = `${items.length} elements stand here, allowed are ${minItems} to ${maxItems}`;
    defects.push({ rule: rules.apiServerLimit, message, span: node, path: pathOf(way) });
  }
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === undefined) continue;
    if (item.kind !== 'scalar' || item.value !== null) check(type.element, item, way, i, defects);
    else {
      // The dash, where nothing stands behind it.
      const span = item.text === '' ? { ...item, start: item.start - 1 } : item;
      const message = 'this element of the list is empty (null)';
      defects.push({ rule: rules.nullInList, message, span, path: pathOf(way, i) });
    }
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
    const value = below(item, key);
    if (value?.kind !== 'scalar') continue;
    if (seen.has(value.value)) {
      const message = `${key} ${value.text} is given twice in this list`;
      defects.push({
        rule: rules.apiServerUnique,
        message,
        span: value,
        path: pathOf(way, i, key),
      });
    }
    seen.add(value.value);
  }
}

function checkMap(type: MapType, node: MapNode, way: Way, defects: SchemaDefect[]): void {
  const { maxProperties = Number.POSITIVE_INFINITY } = type;
  if (node.entries.length > maxProperties) {
    const message = `${node.entries.length} entries stand here, allowed are ${maxProperties}`;
    defects.push({ rule: rules.apiServerLimit, message, span: node, path: pathOf(way) });
  }
  for (const entry of node.entries)
    if (counts(node, entry)) checkField(type.element, entry, way, defects);
}

/** Of a key given twice, kubectl sends the last one. */
function counts(node: MapNode, entry: MapEntry): boolean {
  return !node.repeats || entryOf(node, entry.key) === entry;
}

function shapeDefect(node: YamlNode, wanted: string, up: Way | null, key: Key): SchemaDefect {
  const given = node.kind === 'scalar' ? 'a single value' : `a ${node.kind}`;
  return {
    rule: rules.apiServerType,
    message: `the API server wants ${wanted} here, not ${given}`,
    span: node,
    path: pathOf(up, key),
  };
}
