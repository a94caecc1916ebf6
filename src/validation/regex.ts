/** Would Go's regexp package (the syntax of RE2) compile this? Istio asks so of every regular expression. */
import { classDefect, type Read, readClass, readEscape } from './regex-class.ts';

const maxBytes = 1024;
const maxRepeat = 1000;
const maxDepth = 1000;

/** What is wrong with a regular expression, or null. */
export function regexDefect(text: string): string | null {
  if (text === '') return 'the expression is empty';
  if (new TextEncoder().encode(text).length > maxBytes) return `longer than ${maxBytes} bytes`;
  return syntaxDefect(text);
}

/** One open group: may an operator of repetition follow, and how often what is inside repeats at most. */
type Group = { atom: 'none' | 'some' | 'repeated'; atomRepeats: number; most: number };

/** What is open while an expression is read from the left. */
type Reading = { readonly text: string; readonly groups: Group[] };

function syntaxDefect(text: string): string | null {
  const reading: Reading = { text, groups: [newGroup()] };
  let at = 0;
  while (at < text.length) {
    const read = readNext(reading, at);
    if (typeof read === 'string') return read;
    at = read.next;
  }
  return reading.groups.length > 1 ? 'a ( is never closed' : null;
}

function readNext(reading: Reading, at: number): Read {
  const { text, groups } = reading;
  const group = groups.at(-1) ?? newGroup();
  switch (text[at]) {
    case '(':
      return openGroup(reading, at);
    case ')':
      if (groups.length === 1) return 'a ) closes no group';
      groups.pop();
      setAtom(groups.at(-1) ?? newGroup(), group.most);
      return { next: at + 1 };
    case '|':
      group.atom = 'none';
      return { next: at + 1 };
    case '*':
    case '+':
    case '?':
    case '{':
      return repeatAtom(text, at, group);
    default: {
      const atom = readAtom(text, at);
      if (typeof atom !== 'string') setAtom(group, 1);
      return atom;
    }
  }
}

function openGroup({ text, groups }: Reading, at: number): Read {
  const opened = readGroup(text, at);
  if (typeof opened === 'string') return opened;
  if (opened.opens && groups.push(newGroup()) > maxDepth) return 'groups are nested too deep';
  return { next: opened.next };
}

function repeatAtom(text: string, at: number, group: Group): Read {
  const repeat = readRepeat(text, at);
  if (repeat === null) {
    // A brace that counts nothing is a character like any other.
    setAtom(group, 1);
    return { next: at + 1 };
  }
  const defect = applyRepeat(group, repeat.most);
  return defect === null ? { next: repeat.next } : `${text.slice(at, repeat.next)} ${defect}`;
}

function newGroup(): Group {
  return { atom: 'none', atomRepeats: 1, most: 1 };
}

function setAtom(group: Group, repeats: number): void {
  group.atom = 'some';
  group.atomRepeats = repeats;
  group.most = Math.max(group.most, repeats);
}

function applyRepeat(group: Group, most: number): string | null {
  if (group.atom === 'none') return 'repeats nothing';
  if (group.atom === 'repeated') return 'repeats a repetition';
  if (most > maxRepeat || group.atomRepeats * most > maxRepeat)
    return `repeats more than ${maxRepeat} times`;
  setAtom(group, group.atomRepeats * Math.max(1, most));
  group.atom = 'repeated';
  return null;
}

/** An operator at `at` with its `?`; most: its upper bound, 1 where it has none; Infinity where the bounds contradict. null: a literal `{`. */
function readRepeat(text: string, at: number): { most: number; next: number } | null {
  const match = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(text.slice(at, at + 64));
  if (match === null) return null;
  const [whole, least, comma, most] = match;
  const next = at + whole.length;
  if (least === undefined) return { most: 1, next };
  const low = Number(least);
  const high = comma === undefined || most === '' ? low : Number(most);
  return { most: high < low ? Number.POSITIVE_INFINITY : high, next };
}

/** `(`, `(?:`, `(?P<name>`, `(?i:`; `(?i)` opens nothing. A string says what is wrong. */
function readGroup(text: string, at: number): { opens: boolean; next: number } | string {
  if (text[at + 1] !== '?') return { opens: true, next: at + 1 };
  const rest = text.slice(at + 2);
  const named = /^P?<[A-Za-z0-9_]+>/.exec(rest);
  // Go's package, which Istio asks, takes one name for two groups.
  if (named !== null) return { opens: true, next: at + 2 + named[0].length };
  const flags = /^(?:[imsU]*(?:-[imsU]+)?)([:)])/.exec(rest);
  if (flags === null || flags[0] === ')')
    return `${text.slice(at, at + 4)} is not of RE2: it has no look-around and no back-references`;
  return { opens: flags[1] === ':', next: at + 2 + flags[0].length };
}

/** A literal, a class or an escape. */
function readAtom(text: string, at: number): Read {
  const char = text[at] ?? '';
  if (char === '[') return readClass(text, at);
  if (char !== '\\') return { next: at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) };
  const escaped = text[at + 1];
  if (escaped === undefined) return 'the expression ends in a backslash';
  if ('AbBz'.includes(escaped)) return { next: at + 2 };
  if (escaped === 'Q') {
    const end = text.indexOf('\\E', at + 2);
    return { next: end === -1 ? text.length : end + 2 };
  }
  return classDefect(text, at) ?? readEscape(text, at);
}
