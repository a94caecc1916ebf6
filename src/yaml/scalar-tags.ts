/** What a tag asks of the plain text behind it. */
import type { ScalarNode } from './node.ts';

type Wanted = (value: ScalarNode['value'], text: string) => boolean;

/** Tags behind which Istio's reader looks at the text as without one, and what it must then be; behind any other it takes the text. */
export const resolvedTags: ReadonlyMap<string, Wanted> = new Map<string, Wanted>([
  ['', () => true],
  ['tag:yaml.org,2002:null', (value) => value === null],
  ['tag:yaml.org,2002:bool', (value) => typeof value === 'boolean'],
  ['tag:yaml.org,2002:int', (value, text) => typeof value === 'number' && !isFraction(text)],
  ['tag:yaml.org,2002:float', (value) => typeof value === 'number'],
]);

/** `1.0` and `1e3`, which are whole numbers of another type. */
export function isFraction(text: string): boolean {
  return /[.eE]/.test(text) && !/^[-+]?0[xX]/.test(text);
}
