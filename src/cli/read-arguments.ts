/**
 * Reads the arguments of one command by its option table, without loading commander. Whatever is not plainly right
 * (an unknown option, a missing value, --help) gives null, and commander has its say; where both answer, they agree.
 */
import { flagsOf, type OptionSpec, type OptionTable } from './option.ts';

export type ReadArguments = {
  readonly options: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
};

type Named = { readonly name: string; readonly spec: OptionSpec };

export function readArguments(table: OptionTable, args: readonly string[]): ReadArguments | null {
  const byFlag = indexFlags(table);
  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) options[name] = initialValue(spec);
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    const { flag, attached } = takeApart(arg);
    const named = byFlag.get(flag);
    if (named === undefined) return null;
    if (named.spec.kind === 'flag') {
      if (attached !== null) return null;
      options[named.name] = true;
      continue;
    }
    if (attached === null) i++;
    const value = attached ?? args[i];
    if (value === undefined || !take(options, named, value)) return null;
  }
  return { options, operands };
}

function initialValue(spec: OptionSpec): unknown {
  if (spec.kind === 'flag') return false;
  if (spec.kind === 'texts') return [];
  return spec.fallback;
}

function take(options: Record<string, unknown>, { name, spec }: Named, value: string): boolean {
  switch (spec.kind) {
    case 'flag':
      return false;
    case 'texts':
      options[name] = [...(options[name] as readonly string[]), value];
      return true;
    case 'number':
      options[name] = Number(value);
      return isWhole(value);
    case 'text':
      options[name] = value;
      return spec.choices === undefined || spec.choices.includes(value);
  }
}

/** `--name=value` and `-nvalue` carry their value with them. */
function takeApart(arg: string): { flag: string; attached: string | null } {
  if (arg.startsWith('--')) {
    const equals = arg.indexOf('=');
    return equals === -1
      ? { flag: arg, attached: null }
      : { flag: arg.slice(0, equals), attached: arg.slice(equals + 1) };
  }
  return { flag: arg.slice(0, 2), attached: arg.length > 2 ? arg.slice(2) : null };
}

function indexFlags(table: OptionTable): ReadonlyMap<string, Named> {
  const byFlag = new Map<string, Named>();
  for (const [name, spec] of Object.entries(table)) {
    const { short, long } = flagsOf(spec);
    byFlag.set(long, { name, spec });
    if (short !== null) byFlag.set(short, { name, spec });
  }
  return byFlag;
}

export function isWhole(value: string): boolean {
  return /^\d{1,15}$/.test(value);
}
