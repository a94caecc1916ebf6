/** What the API server's schema says to a single value: no leniency in types, enumerations and limits. */

import type { Fix, RuleMeta } from '../../diagnostic/index.ts';
import { type FieldType, parseDuration } from '../../resource/index.ts';
import type { ScalarNode } from '../../yaml/index.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

export type ScalarType = Exclude<FieldType, { kind: 'message' | 'list' | 'map' | 'struct' }>;

export type ScalarDefect = {
  readonly rule: RuleMeta;
  readonly message: string;
  readonly help?: string;
  readonly fix?: Fix;
};

/** Not empty, and no line breaks, which Istio's decoder takes. */
const byteFormat =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;

/** What is wrong with a value that is no null, or null. */
export function scalarDefect(type: ScalarType, node: ScalarNode): ScalarDefect | null {
  const { value } = node;
  switch (type.kind) {
    case 'string':
      if (typeof value !== 'string') return wrongType(node, 'a string');
      return type.maxLength === undefined || [...value].length <= type.maxLength
        ? null
        : limit(node, `longer than ${type.maxLength} characters`);
    case 'bytes':
      return typeof value === 'string' && byteFormat.test(value)
        ? null
        : wrongType(node, 'a string in base64');
    case 'bool':
      return typeof value === 'boolean' ? null : wrongType(node, 'true or false');
    case 'int':
      return intDefect(type, node);
    case 'double':
      if (typeof value !== 'number') return wrongType(node, 'a number without quotes');
      return outOfRange(value, type.minimum ?? -Infinity, type.maximum ?? Infinity, node);
    case 'enum':
      return typeof value === 'string' && type.values.includes(value)
        ? null
        : wrongType(node, `one of ${type.values.join(', ')}`);
    case 'duration':
      return durationDefect(type.strict, node);
    case 'int-or-string':
      return typeof value === 'boolean' ? wrongType(node, 'a number or a name') : null;
  }
}

const largestInt64 = '9223372036854775807';
const least = { int32: -(2 ** 31), uint32: 0, uint64: 0 } as const;
const most = { int32: 2 ** 31 - 1, uint32: 2 ** 32 - 1, uint64: 2 ** 63 - 1 } as const;

function intDefect(
  { format, minimum, maximum }: Extract<ScalarType, { kind: 'int' }>,
  node: ScalarNode,
): ScalarDefect | null {
  const { value } = node;
  if (typeof value !== 'number' || !Number.isInteger(value))
    return { ...wrongType(node, 'a whole number without quotes'), ...unquoted(node) };
  // A double cannot tell 2^63 from the largest number that 64 bits hold.
  if (value === 2 ** 63 && node.text !== largestInt64) return limit(node, `above ${largestInt64}`);
  return outOfRange(value, minimum ?? least[format], maximum ?? most[format], node);
}

function outOfRange(
  value: number,
  minimum: number,
  maximum: number,
  node: ScalarNode,
): ScalarDefect | null {
  if (value < minimum) return limit(node, `below ${minimum}`);
  return value > maximum ? limit(node, `above ${maximum}`) : null;
}

/** Whole milliseconds are Istio's wish, not the schema's. */
function durationDefect(strict: boolean, node: ScalarNode): ScalarDefect | null {
  const { value } = node;
  if (typeof value !== 'string') return wrongType(node, 'a duration such as 10s');
  const milliseconds = strict ? parseDuration(value) : 1;
  if (milliseconds !== null && milliseconds >= 1) return null;
  return { rule: rules.apiServerRule, message: `${shown(node)} is not a duration of at least 1ms` };
}

function wrongType(node: ScalarNode, wanted: string): ScalarDefect {
  const given = `${node.style === 'plain' ? '' : 'the string '}${shown(node)}`;
  return {
    rule: rules.apiServerType,
    message: `the API server wants ${wanted} here, not ${given}`,
  };
}

/** A number in its plainest form means the same without quotes. */
function unquoted(node: ScalarNode): Pick<ScalarDefect, 'help' | 'fix'> {
  const { source, start, end, value } = node;
  if (node.style !== 'quoted' || typeof value !== 'string' || !/^(0|-?[1-9]\d{0,14})$/.test(value))
    return {};
  return {
    help: `Remove the quotes: ${value}.`,
    fix: { title: `Write ${value}`, edits: [{ span: { source, start, end }, text: value }] },
  };
}

function limit(node: ScalarNode, what: string): ScalarDefect {
  return { rule: rules.apiServerLimit, message: `${shown(node)} is ${what}` };
}

function shown(node: ScalarNode): string {
  return node.text.length > 60 ? `${node.text.slice(0, 57)}…` : node.text;
}
