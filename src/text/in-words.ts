/** Lists and numbers in sentences. */

/** `a`, `a and b`, `a, b, c and 3 more` */
export function listed(items: readonly string[], limit = 3): string {
  return joined(items, limit, 'and');
}

/** A choice: `a`, `a or b`, `a, b, c or one of 3 more` */
export function anyOf(items: readonly string[], limit = 3): string {
  return joined(items, limit, 'or');
}

/** The form of a verb or noun that goes with so many: `agree(1, 'is', 'are')`. */
export function agree(n: number, one: string, many: string): string {
  return n === 1 ? one : many;
}

/** A clause as the beginning of a sentence. */
export function sentence(clause: string): string {
  return clause.slice(0, 1).toUpperCase() + clause.slice(1);
}

/** `1 pod`, `2 pods` */
export function count(n: number, noun: string): string {
  return `${n} ${agree(n, noun, `${noun}s`)}`;
}

function joined(items: readonly string[], limit: number, word: 'and' | 'or'): string {
  if (items.length <= 1) return items[0] ?? '';
  const left = items.length - limit;
  if (left <= 0) return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
  const rest = word === 'or' && left > 1 ? `one of ${left} more` : `${left} more`;
  return `${items.slice(0, limit).join(', ')} ${word} ${rest}`;
}
