/**
 * The value that a header is set to: text with commands of Envoy's in it, such as `%PROTOCOL%`, `%START_TIME(%s)%` and
 * `%DYNAMIC_METADATA(["a", "b"])%`; `%%` is one that is meant (header_value_validator.go).
 */

/** Behind what the next character stands; `open` is the parenthesis, `list` a bracket or comma in it. */
type State =
  | 'text'
  | 'name'
  | 'open'
  | 'list'
  | 'argument'
  | 'behind-argument'
  | 'behind-list'
  | 'behind-parenthesis';

type Steps = {
  readonly named: { readonly [character: string]: State };
  readonly others: State | null;
};

/** Where a character leads that is no blank; those that a state does not name lead to `others`. */
const steps: { readonly [state in State]: Steps } = {
  text: { named: { '%': 'name' }, others: 'text' },
  name: { named: { '%': 'text', '(': 'open' }, others: 'name' },
  open: { named: { '[': 'list' }, others: 'argument' },
  list: { named: { '"': 'argument' }, others: null },
  argument: { named: { ')': 'behind-parenthesis', '"': 'behind-argument' }, others: 'argument' },
  'behind-argument': { named: { ',': 'list', ']': 'behind-list' }, others: null },
  'behind-list': { named: { ')': 'behind-parenthesis' }, others: null },
  'behind-parenthesis': { named: { '%': 'text' }, others: null },
};

/** What is wrong with it, null where nothing is. */
export function headerValueDefect(value: string): string | null {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if ((unit < 32 && unit !== 9) || unit === 127) return 'has a control character';
  }
  let state: State = 'text';
  for (let i = 0; i < value.length; i++) {
    const character = value.charAt(i);
    if (isPair(state, character, value.charAt(i + 1))) {
      i++;
      continue;
    }
    if (character === ' ') continue;
    const next: State | null = steps[state].named[character] ?? steps[state].others;
    if (next === null) return `has a command with an unexpected ${character}`;
    state = next;
  }
  if (state === 'text') return null;
  return state === 'name' ? 'has a % without a second one' : 'has a command that is not closed';
}

/** `%%` in a text, and whatever a backslash escapes in an argument. */
function isPair(state: State, character: string, next: string): boolean {
  if (state === 'text') return character === '%' && next === '%';
  return state === 'argument' && character === '\\' && next !== '';
}
