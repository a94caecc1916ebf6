/** What the decoder finds wrong, in words and with its place. */
import type { Fix } from '../diagnostic/index.ts';
import { closest, type Span } from '../text/index.ts';
import {
  entryOf,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type YamlNode,
} from '../yaml/index.ts';
import { show } from './decode-scalar.ts';
import type { FieldType, MessageType } from './field-table.ts';
import { formatPath, type Place } from './place.ts';
import type { DecodeProblem } from './resource.ts';

/** fits: does a field of this type take the value as it stands? Only then is a misspelling certain enough to be mended. */
export function unknownField(
  type: MessageType,
  { key, keyNode, value }: MapEntry,
  node: MapNode,
  place: Place,
  fits: (type: FieldType, value: YamlNode) => boolean,
): DecodeProblem {
  const absent = Object.keys(type.fields).filter((name) => entryOf(node, name) === undefined);
  const meant = closest(key, absent);
  const known = Object.keys(type.fields).join(', ');
  const field = meant === null ? undefined : type.fields[meant];
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
    ...(meant !== null && field !== undefined && fits(field, value)
      ? { fix: renaming(keyNode, meant) }
      : {}),
  };
}

/** both: the field is given by its other name too. */
export function snakeCaseField(
  key: string,
  name: string,
  keyNode: ScalarNode,
  place: Place,
  both: boolean,
): DecodeProblem {
  return {
    kind: 'snake-case',
    message: `${JSON.stringify(key)} is the wire name of ${name}: Istio reads it, the API server does not know it`,
    help: `Write ${name}.`,
    span: spanOf(keyNode),
    path: pathTo(place, key),
    ...(both ? {} : { fix: renaming(keyNode, name) }),
  };
}

/** Another text in place of a scalar, as it stands. */
export function rewriting(node: ScalarNode, text: string): Fix {
  return { title: `Write ${text}`, edits: [{ span: spanOf(node), text }] };
}

/** Another name in place of one; quotes stay, for the text may be JSON. */
function renaming(node: ScalarNode, name: string): Fix {
  return rewriting(node, node.style === 'quoted' ? JSON.stringify(name) : name);
}

/** A key that YAML 1.1 makes a boolean or a number, and JSON a text again. */
export function keyReading(key: string, keyNode: ScalarNode, place: Place): DecodeProblem {
  return {
    kind: 'reading',
    message: `the key ${keyNode.text} is read as ${JSON.stringify(key)}`,
    help: `Quote it if the text is meant: "${keyNode.text}".`,
    span: spanOf(keyNode),
    path: pathTo(place, key),
  };
}

/** Numbers that are not read as they look: octal, hexadecimal, binary, with underscores. */
const oddNumber = /^[-+]?0[0-9xbo]|_/;

/** A number that is another than it looks like; null where it is not. */
export function numberReading(
  number: number,
  node: ScalarNode,
  parent: Place | null,
  key: string | number,
): DecodeProblem | null {
  if (typeof node.value !== 'number' || !oddNumber.test(node.text)) return null;
  return {
    kind: 'reading',
    message: `${show(node)} is read as the number ${number}`,
    help: `Write ${number}, if that is what is meant.`,
    span: spanOf(node),
    path: pathTo(parent, key),
  };
}

/** A list, map or scalar where something of another shape belongs. */
export function wrongShape(
  type: FieldType,
  node: YamlNode,
  parent: Place | null,
  key: string | number,
): DecodeProblem {
  return {
    kind: 'type',
    message: `${describe(node)} stands where ${nounOf(type)} belongs`,
    help: shapeHelp(type, node),
    span: spanOf(node),
    path: pathTo(parent, key),
  };
}

/** parent: null where the value is the whole document, which has no path. */
export function pathTo(parent: Place | null, key: string | number): string {
  if (parent === null) return '';
  const way: (string | number)[] = [key];
  for (let step: Place | null = parent; step !== null && step.parent !== null; step = step.parent)
    way.push(step.key);
  return formatPath(way.reverse());
}

export function spanOf(node: YamlNode): Span {
  return { source: node.source, start: node.start, end: node.end };
}

function shapeHelp(type: FieldType, node: YamlNode): string {
  if (type.kind === 'list') return 'Start each element with `- `.';
  const [only, ...others] = type.kind === 'message' ? Object.keys(type.fields) : [];
  return only !== undefined && others.length === 0 && node.kind === 'scalar'
    ? `Write {${only}: ${show(node)}}.`
    : '';
}

function describe(node: YamlNode): string {
  if (node.kind === 'scalar') return node.value === null ? 'nothing' : show(node);
  return node.kind === 'list' ? 'a list' : 'a map';
}

function nounOf(type: FieldType): string {
  switch (type.kind) {
    case 'string':
    case 'bytes':
      return 'a string';
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
      return 'a map of fields';
    case 'map':
    case 'struct':
      return 'a map';
    case 'list':
      return 'a list';
  }
}
