/** Glob patterns: `*` and `?` within a name, `**` over folders, `[a-z]`, `{a,b}`. A leading dot has to be written out. */

export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}

/** The part of a pattern before its first special segment: where to begin to look. */
export function globBase(pattern: string): string {
  const segments = pattern.split('/');
  const first = segments.findIndex(isGlob);
  return (
    segments.slice(0, first === -1 ? segments.length : first).join('/') ||
    (pattern.startsWith('/') ? '/' : '.')
  );
}

/** Matches whole paths, written with `/`. A pattern that cannot be read as one matches itself only. */
export function globMatcher(pattern: string): (path: string) => boolean {
  let expression: RegExp;
  try {
    expression = new RegExp(`^${translate(pattern.replace(/^\.\//, ''))}$`, 'u');
  } catch {
    return (path) => path === pattern;
  }
  return (path) => expression.test(path.replace(/^\.\//, ''));
}

/** Patterns are bounded in length by the command line; each becomes an expression without nested repetition. */
function translate(pattern: string): string {
  let out = '';
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    const startsName = i === 0 || pattern[i - 1] === '/';
    if (char === '*' && pattern[i + 1] === '*') {
      while (pattern[i + 1] === '*') i++;
      if (startsName && pattern[i + 1] === '/') {
        i++;
        out += '(?:(?!\\.)[^/]+/)*';
      } else out += startsName ? '(?!\\.)(?:[^/]|/(?!\\.))*' : '[^/]*';
    } else if (char === '*') out += startsName ? '(?!\\.)[^/]*' : '[^/]*';
    else if (char === '?') out += startsName ? '(?!\\.)[^/]' : '[^/]';
    else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end === -1) out += '\\[';
      else {
        out += `[${pattern
          .slice(i + 1, end)
          .replace(/^!/, '^')
          .replace(/[\\[\]&~|]/g, '\\$&')}]`;
        i = end;
      }
    } else if (char === '{') {
      depth++;
      out += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      out += ')';
    } else if (char === ',' && depth > 0) out += '|';
    else out += char.replace(/[\\^$.|+()\]}{]/gu, '\\$&');
  }
  return out;
}
