/**
 * A scalar to a value, as Istio's decoder does it (protobuf's JSON): numbers may be texts, enums numbers, a text is a text only.
 * It knows no places: what is wrong comes back as a fault.
 */
import { closest, isBase64 } from '../text/index.ts';
import type { ScalarNode } from '../yaml/index.ts';
import { parseDuration } from './duration.ts';
import type { EnumType, FieldType, IntType } from './field-table.ts';
import type { DecodeProblem } from './resource.ts';

export type ScalarType = Exclude<FieldType, { kind: 'message' | 'list' | 'map' | 'struct' }>;

export type Fault = {
  readonly kind: DecodeProblem['kind'];
  readonly message: string;
  readonly help: string;
  /** What would be right if it were written so: the same value, in the form that belongs here. */
  readonly rewritten?: string;
};

/** The value, or why there is none. */
export function decodeScalar(
  type: ScalarType,
  node: ScalarNode,
): string | number | boolean | Fault {
  const { value } = node;
  switch (type.kind) {
    case 'string':
      if (typeof value === 'string') return value;
      return value === null ? wrong(node, 'a string') : unquotedText(node);
    case 'bytes':
      if (typeof value === 'string' && isBase64(value)) return value;
      return { kind: 'base64', message: `${show(node)} is not base64`, help: '' };
    case 'bool':
      if (typeof value === 'boolean') return value;
      return value === 'true' || value === 'false'
        ? { ...wrong(node, 'true or false'), rewritten: value }
        : wrong(node, 'true or false');
    case 'int-or-string':
      if (typeof value === 'string' || typeof value === 'number') return value;
      return wrong(node, 'a number or a name');
    case 'int':
      return decodeInt(type, node);
    case 'double':
      return decodeDouble(node);
    case 'enum':
      return decodeEnum(type, node);
    case 'duration':
      return (typeof value === 'string' ? parseDuration(value) : null) ?? notADuration(node);
  }
}

const intRange = {
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
  uint64: [0, 2 ** 64],
} as const;
const largestUint64 = '18446744073709551615';

function decodeInt(type: IntType, node: ScalarNode): number | Fault {
  const { value } = node;
  const number = typeof value === 'number' ? value : wholeNumberIn(value, type.format);
  if (!Number.isInteger(number)) return wrong(node, 'a whole number', bareNumber(node));
  const [least, most] = intRange[type.format];
  if (number < least || number > most || (number === 2 ** 64 && !fitsAsText(value))) {
    const limit = type.format === 'uint64' ? largestUint64 : most;
    // Without quotes a number goes through a double on its way to the decoder.
    const rounded =
      number === 2 ** 64 && fitsAsText(node.text) ? ', without quotes it is rounded up' : '';
    const message = `${show(node)} is out of range (${least} to ${limit})${rounded}`;
    return { kind: 'range', message, help: rounded === '' ? '' : 'Quote the number.' };
  }
  return number === 0 ? 0 : number;
}

/** A double cannot tell 2^64 from the largest number that fits. */
function fitsAsText(value: ScalarNode['value']): boolean {
  const digits = typeof value === 'string' ? value.trim() : '';
  return /^\d+$/.test(digits) && BigInt(digits) <= BigInt(largestUint64);
}

/** The number of `50%`. */
function bareNumber({ text }: ScalarNode): string {
  const found = /^\s*(\d{1,9})\s*%\s*$/.exec(text)?.[1];
  return found === undefined ? '' : `Write ${Number(found)}.`;
}

/** A text of a whole number: no plus, no leading zero. */
function wholeNumberIn(value: string | boolean | null, format: IntType['format']): number {
  const text = jsonIn(value);
  if (text === 'null') return 0;
  if (format !== 'int32' && text === '-0') return Number.NaN;
  return /^-?(?:0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
}

/**
 * What is left of a text where a number belongs: the decoder strips its quotes and reads the rest as JSON (jsonpb's trimQuote).
 * So blanks around it are fine, tabs and line breaks are not (JSON writes them as escapes), and "null" is nothing.
 */
function jsonIn(value: string | boolean | null): string {
  return typeof value === 'string' ? value.replace(/^ +| +$/g, '') : '';
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function decodeDouble(node: ScalarNode): number | Fault {
  const { value } = node;
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  const text = jsonIn(value);
  if (text === 'null') return 0;
  if (jsonNumber.test(text) && Number.isFinite(Number(text))) return Number(text);
  return wrong(node, 'a number');
}

function decodeEnum(type: EnumType, node: ScalarNode): string | Fault {
  const { value } = node;
  const [least, most] = intRange.int32;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
    return type.values[value] ?? 'UNRECOGNIZED';
  if (typeof value === 'string' && type.values.includes(value)) return value;
  const meant = typeof value === 'string' ? closest(value, type.values) : null;
  const known = type.values.join(', ');
  return {
    kind: 'enum',
    message: `${show(node)} is none of the values that this field knows`,
    help: meant === null ? `Write one of ${known}.` : `Did you mean ${meant}? Known are ${known}.`,
    ...(meant !== null && meant.toLowerCase() === node.text.toLowerCase()
      ? { rewritten: node.style === 'quoted' ? JSON.stringify(meant) : meant }
      : {}),
  };
}

function unquotedText(node: ScalarNode): Fault {
  const quoted = JSON.stringify(node.text);
  return { ...wrong(node, 'a string', `Quote it: ${quoted}.`), rewritten: quoted };
}

function notADuration(node: ScalarNode): Fault {
  const help = 'Write a number with its unit: 10s, 1m30s, 250ms.';
  return { kind: 'duration', message: `${show(node)} is not a duration`, help };
}

function wrong(node: ScalarNode, wanted: string, help = ''): Fault {
  return { kind: 'type', message: `${readAs(node)}, ${wanted} belongs here`, help };
}

/** A scalar as written, not longer than a line. */
export function show(node: ScalarNode): string {
  const text = node.text.length > 60 ? `${node.text.slice(0, 57)}…` : node.text;
  return node.style === 'plain' ? text : JSON.stringify(text);
}

/** What a scalar is to Istio, said only as far as it is no surprise. */
function readAs(node: ScalarNode): string {
  const { value } = node;
  switch (typeof value) {
    case 'string':
      return `${show(node)} is a string`;
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
