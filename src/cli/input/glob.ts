/**
 * Glob patterns: `*` and `?` within a name, `**` over folders, `[a-z]`, `{a,b}`. A leading dot has to be written out.
 * Matching takes time in proportion to pattern and path together, whatever the pattern.
 */

export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}

/** The part of a pattern before its first special segment: where to begin to look. */
export function globBase(pattern: string): string {
  const segments = pattern.split('/');
  const first = segments.findIndex(isGlob);
  const fixed = segments.slice(0, first === -1 ? segments.length : first).join('/');
  return fixed || (pattern.startsWith('/') ? '/' : '.');
}

/** Matches whole paths, written with `/`. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const alternatives = expandBraces(withoutDot(pattern)).map((one) =>
    one.split('/').map((segment) => (segment === '**' ? '**' : nameMatcher(segment))),
  );
  return (path) => {
    const names = withoutDot(path).split('/');
    return alternatives.some((segments) => matchesPath(segments, names));
  };
}

/** Matches a text against a pattern in which `*` stands for any text. */
export function wildcardMatcher(pattern: string): (text: string) => boolean {
  const tokens = [...pattern].map((char): Token => (char === '*' ? '*' : literal(char)));
  return (text) => matchesTokens(tokens, [...text]);
}

type NameMatcher = (name: string) => boolean;
type Token = '*' | ((char: string) => boolean);

const literal =
  (wanted: string) =>
  (char: string): boolean =>
    char === wanted;

const withoutDot = (path: string): string => path.replace(/^(\.\/)+/, '');

/** A star gives way to the next one as soon as that is reached: no way is tried twice. */
function matchesTokens(tokens: readonly Token[], chars: readonly string[]): boolean {
  let t = 0;
  let star = -1;
  let resume = 0;
  for (let c = 0; c < chars.length; ) {
    const token = tokens[t];
    if (token === '*') {
      star = t++;
      resume = c;
    } else if (token?.(chars[c] ?? '') === true) {
      t++;
      c++;
    } else if (star !== -1) {
      t = star + 1;
      c = ++resume;
    } else return false;
  }
  while (tokens[t] === '*') t++;
  return t === tokens.length;
}

/** The same over the names of a path, for `**`; it does not go into folders whose name begins with a dot. */
function matchesPath(segments: readonly ('**' | NameMatcher)[], names: readonly string[]): boolean {
  let s = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < names.length; ) {
    const segment = segments[s];
    if (segment === '**') {
      star = s++;
      resume = n;
    } else if (segment?.(names[n] ?? '') === true) {
      s++;
      n++;
    } else if (star !== -1 && !(names[resume] ?? '').startsWith('.')) {
      s = star + 1;
      n = ++resume;
    } else return false;
  }
  // `b/**` means what is in b, not b itself.
  return s === segments.length;
}

function nameMatcher(segment: string): NameMatcher {
  const tokens = tokensOf(segment);
  const dotWritten = segment.startsWith('.');
  return (name) => (dotWritten || !name.startsWith('.')) && matchesTokens(tokens, [...name]);
}

function tokensOf(segment: string): Token[] {
  const tokens: Token[] = [];
  const chars = [...segment];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    const end = char === '[' ? chars.indexOf(']', i + 2) : -1;
    if (char === '*') tokens.push('*');
    else if (char === '?') tokens.push(() => true);
    else if (end !== -1) {
      tokens.push(setOf(chars.slice(i + 1, end)));
      i = end;
    } else tokens.push(literal(char));
  }
  return tokens;
}

/** `[abc]`, `[a-z]`, `[!a]`. */
function setOf(chars: readonly string[]): (char: string) => boolean {
  const negated = chars[0] === '!' || chars[0] === '^';
  const members = negated ? chars.slice(1) : chars;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < members.length; i++) {
    const from = members[i] ?? '';
    const to = members[i + 2];
    if (members[i + 1] === '-' && to !== undefined) {
      ranges.push([from, to]);
      i += 2;
    } else ranges.push([from, from]);
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

/** More alternatives than this are taken as they are written. */
const maxAlternatives = 1000;

/** `{a,b}` to two patterns; braces within braces too. One without its other half is a character. */
function expandBraces(pattern: string): string[] {
  let done: string[] = [];
  let open = [pattern];
  while (open.length > 0 && done.length + open.length <= maxAlternatives) {
    const next: string[] = [];
    for (const one of open) {
      const alternatives = expandOne(one);
      if (alternatives === null) done.push(one);
      else next.push(...alternatives);
    }
    open = next;
  }
  done = [...done, ...open];
  return done.slice(0, maxAlternatives);
}

/** Takes the first innermost pair of braces apart. */
function expandOne(pattern: string): string[] | null {
  const match = /\{([^{}]*)\}/.exec(pattern);
  if (match === null) return null;
  const before = pattern.slice(0, match.index);
  const after = pattern.slice(match.index + match[0].length);
  return (match[1] ?? '').split(',').map((part) => before + part + after);
}
