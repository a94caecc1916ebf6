/** Writes plain values as YAML in block style, so that Istio's reader and YAML 1.2 readers read the same values back. */
import { resolvePlainScalar } from './plain-scalar.ts';

/** What JSON can hold. Fields that are undefined are left out. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue | undefined };

/** One document, ended by a line break. */
export function writeYaml(value: PlainValue): string {
  return `${lines(value).join('\n')}\n`;
}

/** One value on one line: `{app: x, ports: [1, 2]}`. */
export function writeFlowYaml(value: PlainValue): string {
  if (value === null || typeof value !== 'object') return scalar(value);
  if (isList(value)) return `[${value.map(writeFlowYaml).join(', ')}]`;
  return `{${entries(value)
    .map(([key, item]) => `${scalar(key)}: ${writeFlowYaml(item)}`)
    .join(', ')}}`;
}

function lines(value: PlainValue): string[] {
  if (value === null || typeof value !== 'object') return [scalar(value)];
  if (isList(value)) {
    if (value.length === 0) return ['[]'];
    return value.flatMap((item) => {
      const [first = '', ...rest] = lines(item);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  const fields = entries(value);
  if (fields.length === 0) return ['{}'];
  return fields.flatMap(([key, item]) => {
    const written = lines(item);
    const [first = ''] = written;
    const inline = item === null || typeof item !== 'object' || first === '[]' || first === '{}';
    if (inline) return [`${scalar(key)}: ${first}`];
    const indent = isList(item) ? '' : '  ';
    return [`${scalar(key)}:`, ...written.map((line) => `${indent}${line}`)];
  });
}

function isList(value: object): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function entries(map: { readonly [key: string]: PlainValue | undefined }): [string, PlainValue][] {
  return Object.entries(map).flatMap(([key, item]): [string, PlainValue][] =>
    item === undefined ? [] : [[key, item]],
  );
}

const plain = /^[A-Za-z0-9_/](?:[A-Za-z0-9_./@+-]|:(?=[^\s:])| (?=[^\s]))*$/;
const timeOrRadix60 = /^[\d:.+-]*:[\d:.+-]*$|^\d{4}-\d/;

/** A string that any reader might take for something else is quoted, with JSON's escapes, which YAML shares. */
function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const safe =
    plain.test(value) &&
    !timeOrRadix60.test(value) &&
    typeof resolvePlainScalar(value) === 'string';
  return safe ? value : quote(value);
}

/**
 * JSON's form, and escapes for what YAML does not take as printable (controls, line separators, lone surrogates, the byte
 * order mark) and for marks that would turn or hide text on a terminal.
 */
function quote(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
