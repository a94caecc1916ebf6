/** What is wrong with what a caller without types, or with a slip, hands to the library: a sentence each. Nothing is taken in silence. */
import { isIP } from 'node:net';
import { parseHostPort } from './control/index.ts';
import { isLabelName } from './resource/index.ts';
import { closest } from './text/index.ts';

/** What a value has to be. Null where it is so, else the words for what it should be. */
type Check = (value: unknown) => string | null;
type Fields = { readonly [name: string]: Check };

const seedMax = 2 ** 32 - 1;
/** The longest time that timers keep. */
const longestMs = 2 ** 31 - 1;

const isText: Check = (value) => (typeof value === 'string' ? null : 'a text');
const isFlag: Check = (value) => (typeof value === 'boolean' ? null : 'true or false');
const areTexts: Check = (value) =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => isText(one) === null))
    ? null
    : 'a text or a list of texts';
const isTime: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= longestMs
    ? null
    : `a number of milliseconds from 0 to ${longestMs}`;
const isSeed: Check = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= seedMax
    ? null
    : `a whole number from 0 to ${seedMax}`;
const isNamespace: Check = (value) =>
  typeof value === 'string' && isLabelName(value) ? null : 'the name of a namespace';
const areSources: Check = (value) =>
  Array.isArray(value) &&
  value.every((one) => isObject(one) && isText(one.name) === null && isText(one.text) === null)
    ? null
    : 'a list of { name, text }';
const areBackends: Check = (value) =>
  isObject(value) && Object.values(value).every(isBackend)
    ? null
    : "addresses by workload, such as { 'default/postgres-v1': '127.0.0.1:5432' }";
const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && choices.includes(value)
      ? null
      : choices.map((one) => `'${one}'`).join(' or ');

const inputFields: Fields = { files: areTexts, yaml: areTexts, sources: areSources };
const optionFields: Fields = {
  ...inputFields,
  namespace: isNamespace,
  seed: isSeed,
  ports: oneOf('free', 'as-written'),
  standIns: isFlag,
  backends: areBackends,
  allowPassthrough: isFlag,
};

export function problemsOfOptions(options: unknown): readonly string[] {
  return problemsOf(options, optionFields, 'an object with files, yaml or sources');
}

export function problemsOfInput(input: unknown): readonly string[] {
  return problemsOf(input, inputFields, 'an object with files, yaml or sources');
}

export function problemsOfDial(dial: unknown): readonly string[] {
  const to: Check = (value) =>
    typeof value === 'string' || isPort(value) ? null : 'HOST:PORT, GATEWAY:PORT or a port';
  return problemsOf(dial, { from: isText, to }, 'an object with to', ['to']);
}

/** Of a fault. */
export function problemsOfTarget(target: unknown): readonly string[] {
  const wanted = isText(target);
  return wanted === null ? [] : [`${shown(target)} is not ${wanted}`];
}

/** undefined is a fault's end. */
export function problemsOfFault(fault: unknown): readonly string[] {
  if (fault === undefined) return [];
  const kinds = ['kill', 'reset', 'delay'];
  const kind = isObject(fault) ? fault.kind : undefined;
  const whole: Fields = { kind: oneOf(...kinds), delayMs: isTime };
  const needed = kind === 'delay' ? ['kind', 'delayMs'] : ['kind'];
  // Which fields there are, a kind says that is one.
  const fields = kind === 'kill' || kind === 'reset' ? { kind: oneOf(...kinds) } : whole;
  return problemsOf(fault, fields, "an object such as { kind: 'kill' }", needed);
}

export function problemsOfTime(ms: unknown): readonly string[] {
  const wanted = isTime(ms);
  return wanted === null ? [] : [`${shown(ms)} is not ${wanted}`];
}

function problemsOf(
  value: unknown,
  fields: Fields,
  what: string,
  needed: readonly string[] = [],
): readonly string[] {
  if (!isObject(value)) return [`${shown(value)} is not ${what}`];
  const names = Object.keys(fields);
  const missing = needed.filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => `${name} is missing: it has to be ${fields[name]?.(undefined)}`),
    ...Object.entries(value).flatMap(([name, given]) => {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) {
        const near = closest(name, names);
        const meant = near === null ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
        return [`there is no ${name}: ${meant}`];
      }
      const wanted = given === undefined ? null : check(given);
      return wanted === null ? [] : [`${name}: ${shown(given)} is not ${wanted}`];
    }),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65536;
}

function isBackend(value: unknown): boolean {
  const address = typeof value === 'string' ? parseHostPort(value) : null;
  return address !== null && (address.host === 'localhost' || isIP(address.host) !== 0);
}

/** Short, whatever it is. */
function shown(value: unknown): string {
  const plain = typeof value === 'number' ? String(value) : asText(value);
  return plain.length <= 60 ? plain : `${plain.slice(0, 60)}…`;
}

/** JSON has no circles and no big numbers, and an object may refuse to become a string in any way. */
function asText(value: unknown): string {
  for (const write of [JSON.stringify, String])
    try {
      const text: unknown = write(value);
      if (typeof text === 'string') return text;
    } catch {}
  return `this ${typeof value}`;
}
