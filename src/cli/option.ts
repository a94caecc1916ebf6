/**
 * The options of a command as a table: from it come the quick reading of arguments, commander's help and messages,
 * shell completion, and the type of what the command gets.
 */

type Said = {
  /** As commander writes them: `-f, --filename <path>`. */
  readonly flags: string;
  readonly description: string;
  /** Left out of help: for what only scripts need. */
  readonly hidden?: boolean;
};

export type FlagOption = Said & { readonly kind: 'flag' };
export type TextOption = Said & {
  readonly kind: 'text';
  readonly choices?: readonly string[];
  readonly fallback?: string;
  /** What a shell offers here. */
  readonly completes?: 'path';
};
/** May be given several times. */
export type TextsOption = Said & {
  readonly kind: 'texts';
  readonly completes?: 'path';
  /** What a shell offers, though more may be written. */
  readonly offers?: readonly string[];
};
/** A whole number from 0 on. */
export type NumberOption = Said & { readonly kind: 'number'; readonly fallback?: number };

export type OptionSpec = FlagOption | TextOption | TextsOption | NumberOption;

/** Keys are the long flag in camelCase. */
export type OptionTable = { readonly [name: string]: OptionSpec };

type ValueOf<S extends OptionSpec> = S extends FlagOption
  ? boolean
  : S extends TextsOption
    ? readonly string[]
    : S extends NumberOption
      ? S extends { readonly fallback: number }
        ? number
        : number | undefined
      : S extends { readonly choices: readonly (infer C)[] }
        ? S extends { readonly fallback: string }
          ? C
          : C | undefined
        : S extends { readonly fallback: string }
          ? string
          : string | undefined;

/** What a command gets for its table. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

export const flag = (flags: string, description: string) =>
  ({ kind: 'flag', flags, description }) as const;

export const text = <
  const M extends {
    readonly choices?: readonly string[];
    readonly fallback?: string;
    readonly completes?: 'path';
  },
>(
  flags: string,
  description: string,
  more: M = {} as M,
) => ({ kind: 'text', flags, description, ...more }) as const;

export const texts = (
  flags: string,
  description: string,
  more: { readonly completes?: 'path'; readonly offers?: readonly string[] } = {},
) => ({ kind: 'texts', flags, description, ...more }) as const;

export const number = <const M extends { readonly fallback?: number }>(
  flags: string,
  description: string,
  more: M = {} as M,
) => ({ kind: 'number', flags, description, ...more }) as const;

/** The flags of an option taken apart; placeholder is empty for one without a value. */
export function flagsOf(spec: OptionSpec): {
  readonly short: string | null;
  readonly long: string;
  readonly placeholder: string;
} {
  const match = /^(?:(-\w), )?(--[\w-]+)(?: <(.+)>)?$/.exec(spec.flags);
  if (match === null) throw new Error(`flags of an option that cannot be read: ${spec.flags}`);
  return { short: match[1] ?? null, long: match[2] ?? '', placeholder: match[3] ?? '' };
}
