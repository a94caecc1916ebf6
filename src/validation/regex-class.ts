/** Character classes and escapes of RE2, as Go reads them. */

/** Where the reading goes on, or what is wrong. */
export type Read = { readonly next: number; readonly code?: number } | string;

/** Small letters only, without what stands between words: so Go compares them. */
const unicodeClasses: ReadonlySet<string> = new Set(
  [
    'any assigned ascii',
    'c cc cf cn co cs l lc ll lm lo lt lu m mc me mn n nd nl no p pc pd pe pf pi po ps s sc sk sm so z zl zp zs',
    'casedletter closepunctuation combiningmark connectorpunctuation control currencysymbol dashpunctuation',
    'decimalnumber enclosingmark finalpunctuation format initialpunctuation letter letternumber lineseparator',
    'lowercaseletter mark mathsymbol modifierletter modifiersymbol nonspacingmark number openpunctuation other',
    'otherletter othernumber otherpunctuation othersymbol paragraphseparator privateuse punctuation separator',
    'spaceseparator spacingmark surrogate symbol titlecaseletter unassigned uppercaseletter cntrl digit punct',
    // Scripts: names of several words are unknown to Go, which takes their underscores away before it looks them up.
    'adlam ahom arabic armenian avestan balinese bamum batak bengali bhaiksuki bopomofo brahmi braille buginese',
    'buhid carian chakma cham cherokee chorasmian common coptic cuneiform cypriot cyrillic deseret devanagari',
    'dogra duployan elbasan elymaic ethiopic georgian glagolitic gothic grantha greek gujarati gurmukhi han hangul',
    'hanunoo hatran hebrew hiragana inherited javanese kaithi kannada katakana kawi kharoshthi khmer khojki',
    'khudawadi lao latin lepcha limbu lisu lycian lydian mahajani makasar malayalam mandaic manichaean marchen',
    'medefaidrin miao modi mongolian mro multani myanmar nabataean nandinagari newa nko nushu ogham oriya osage',
    'osmanya palmyrene phoenician rejang runic samaritan saurashtra sharada shavian siddham sinhala sogdian',
    'soyombo sundanese syriac tagalog tagbanwa takri tamil tangsa tangut telugu thaana thai tibetan tifinagh',
    'tirhuta toto ugaritic vai vithkuqi wancho yezidi yi',
  ].flatMap((names) => names.split(' ')),
);
const posix = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
);

/** `[…]` from its bracket on. */
export function readClass(text: string, at: number): Read {
  let next = text[at + 1] === '^' ? at + 2 : at + 1;
  const first = next;
  while (next === first || text[next] !== ']') {
    if (next >= text.length) return 'a [ is never closed';
    const read = readNamedClass(text, next) ?? classDefect(text, next) ?? readRange(text, next);
    if (typeof read === 'string') return read;
    next = read.next;
  }
  return { next: next + 1 };
}

/** `[:alpha:]` inside brackets; null where there is none. */
function readNamedClass(text: string, at: number): Read | null {
  const named = /^\[:\^?([a-z]*):\]/.exec(text.slice(at, at + 16));
  if (named === null) return null;
  return posix.has(named[1] ?? '') ? { next: at + named[0].length } : `${named[0]} is not a class`;
}

/** One character, or two with a dash between. */
function readRange(text: string, at: number): Read {
  const low = readMember(text, at);
  if (typeof low === 'string') return low;
  const { next } = low;
  if (text[next] !== '-' || text[next + 1] === undefined || text[next + 1] === ']') return low;
  const high = readMember(text, next + 1);
  if (typeof high === 'string') return high;
  return (high.code ?? 0) < (low.code ?? 0)
    ? `the range ${text.slice(at, high.next)} is upside down`
    : high;
}

function readMember(text: string, at: number): Read {
  if (text[at] === '\\') return readEscape(text, at);
  const code = text.codePointAt(at) ?? 0;
  return { next: at + (code > 0xffff ? 2 : 1), code };
}

/** `\d` and `\p{Greek}`, which stand inside and outside of brackets; null where there is neither. */
export function classDefect(text: string, at: number): Read | null {
  if (text[at] !== '\\') return null;
  const letter = text[at + 1] ?? '';
  if (letter !== '' && 'dDsSwW'.includes(letter)) return { next: at + 2 };
  if (letter !== 'p' && letter !== 'P') return null;
  const match = /^(?:\{\^?([^}]*)\}|(.))/u.exec(text.slice(at + 2));
  const name = match?.[1] ?? match?.[2] ?? '';
  if (match === null || !isUnicodeClass(name))
    return `\\${letter}${match?.[0] ?? ''} is not a class`;
  return { next: at + 2 + match[0].length };
}

/** As of Go 1.25 (`regexp/syntax unicodeTable`), neither letter case nor blanks, dashes and underscores matter. */
function isUnicodeClass(name: string): boolean {
  return unicodeClasses.has(name.replace(/[_ -]/g, '').toLowerCase());
}

/** An escaped character: punctuation, octal, hexadecimal or one of a f n r t v. */
export function readEscape(text: string, at: number): Read {
  const rest = text.slice(at + 1, at + 16);
  const octal = /^(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/.exec(rest);
  if (octal !== null) return { next: at + 1 + octal[0].length, code: Number.parseInt(octal[0], 8) };
  const hex = /^x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{2}))/.exec(rest);
  if (hex !== null) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    return code > 0x10ffff
      ? `\\${hex[0]} is not a character`
      : { next: at + 1 + hex[0].length, code };
  }
  const char = rest[0] ?? '';
  const named = 'afnrtv'.indexOf(char);
  if (char !== '' && named !== -1)
    return { next: at + 2, code: [7, 12, 10, 13, 9, 11][named] ?? 0 };
  const code = char === '' ? 128 : char.charCodeAt(0);
  if (code < 128 && !/[0-9A-Za-z]/.test(char)) return { next: at + 2, code };
  return `\\${char} is not of RE2`;
}
