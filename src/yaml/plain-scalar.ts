/**
 * What a plain (unquoted) scalar is to Istio, whose reader follows YAML 1.1: `on`, `y` and `no` are booleans,
 * `010` is eight, `1_000` a thousand, dates and `12:30` are strings.
 */

const words: ReadonlyMap<string, boolean | null> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, null] => [word, null]),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map(
    (word): [string, boolean] => [word, true],
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map(
    (word): [string, boolean] => [word, false],
  ),
]);

const infinite = /^[-+]?\.(?:inf|Inf|INF)$/;
const notANumber = /^\.(?:nan|NaN|NAN)$/;
const whole =
  /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|(0|[1-9][0-9]*))$/;
const fraction = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** No word of the list is longer. */
const longestWord = 5;
const zero = 48;
const nine = 57;
const plus = 43;
const minus = 45;
const dot = 46;
/** So many digits fit into a double. */
const surelyFinite = 300;

/** The value of a plain scalar; a number that no double can hold stays a string. */
export function resolvePlainScalar(text: string): string | number | boolean | null {
  if (text.length <= longestWord) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  if (first > zero && first <= nine && isDecimal(text)) return Number(text);
  const digit = first >= zero && first <= nine;
  if (!digit && first !== plus && first !== minus && first !== dot) return text;
  if (infinite.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (notANumber.test(text)) return Number.NaN;
  return resolveNumber(text);
}

/** Nothing but digits: what most numbers are. */
function isDecimal(text: string): boolean {
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < zero || code > nine) return false;
  }
  return text.length <= surelyFinite;
}

function resolveNumber(text: string): string | number {
  // Addresses, subnets and versions begin like numbers; most end the guessing here.
  if (!numberLike.test(text)) return text;
  // Behind a dot that comes first they are no digits' separators.
  const grouped = text.includes('_') && !text.startsWith('.');
  const digits = grouped ? text.replaceAll('_', '') : text;
  const match = whole.exec(digits);
  if (match !== null) {
    const [, sign, hex, binary, octal, oldOctal] = match;
    const magnitude = magnitudeOf(hex, binary, octal ?? oldOctal);
    // What no 64 bits hold is a text, or where it could be decimal too, a fraction.
    if (magnitude !== null && magnitude <= 2 ** 64) return sign === '-' ? -magnitude : magnitude;
  }
  if (!fraction.test(digits)) return text;
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

const numberLike = /^[-+.0-9][0-9a-fA-FxoXO_.+-]*$/;

/** null: it is decimal, and `fraction` reads it. */
function magnitudeOf(
  hex: string | undefined,
  binary: string | undefined,
  octal: string | undefined,
): number | null {
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (binary !== undefined) return Number.parseInt(binary, 2);
  return octal === undefined ? null : Number.parseInt(octal, 8);
}
