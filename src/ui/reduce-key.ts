/** Keys to screen, and to the command that they give to the mesh. */
import { firstColumns, withoutLast } from './columns.ts';
import { type FaultKind, type Prompt, type ScreenState, shownScreen } from './screen-state.ts';
import { shownShares } from './shown-shares.ts';
import { wayList } from './ways-in.ts';

export type Key = {
  /** What was typed, '' for keys without a character. */
  readonly text: string;
  readonly name:
    | 'up'
    | 'down'
    | 'page-up'
    | 'page-down'
    | 'enter'
    | 'escape'
    | 'backspace'
    | 'interrupt'
    | 'suspend'
    | 'text';
};

/** What a terminal hands over at once may be several keys: a paste, or a person quicker than a slow connection. */
export function typedKeys(text: string): readonly Key[] {
  return [...text].map((character): Key => {
    switch (character) {
      case '\r':
      case '\n':
        return { text: '', name: 'enter' };
      case '\u007f':
      case '\b':
        return { text: '', name: 'backspace' };
      case '\u0003':
        return { text: '', name: 'interrupt' };
      case '\u001a':
        return { text: '', name: 'suspend' };
      default:
        return { text: character, name: 'text' };
    }
  });
}

export type Command =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'test'; readonly from: string; readonly to: string }
  /** Put on the target if it has not this fault, taken off if it has. */
  | { readonly kind: 'fault'; readonly fault: FaultKind; readonly target: string };

export type Pressed = { readonly state: ScreenState; readonly command: Command | null };

const none: Prompt = { kind: 'none' };
const choose = { kind: 'choose', client: '', selected: 0, text: '' } as const;

export function reduceKey(state: ScreenState, key: Key): Pressed {
  if (key.name === 'interrupt') return { state, command: { kind: 'quit' } };
  if (key.name === 'suspend') return { state, command: { kind: 'suspend' } };
  switch (state.prompt.kind) {
    case 'none':
      return pressInView(state, key);
    case 'filter':
      return pressInFilter(state, state.prompt.text, key);
    case 'ways':
      return pressInWays(state, state.prompt.scroll, key);
    case 'choose':
      return pressInChoice(state, state.prompt, key);
  }
}

function pressInView(state: ScreenState, key: Key): Pressed {
  const prompt = (next: Prompt): Pressed => ({ state: { ...state, prompt: next }, command: null });
  switch (key.text) {
    case 'q':
      return { state, command: { kind: 'quit' } };
    case 'p':
    case ' ':
      return {
        state: { ...state, frozen: state.frozen === null ? state : null },
        command: null,
      };
    case 'f':
    case '/':
      return prompt({ kind: 'filter', text: state.filter });
    case 'w':
      return prompt({ kind: 'ways', scroll: 0 });
    case 't':
      return prompt({ ...choose, what: 'client' });
    case 'k':
      return prompt({ ...choose, what: 'kill' });
    case 'd':
      return prompt({ ...choose, what: 'delay' });
    case 'r':
      return prompt({ ...choose, what: 'reset' });
    default:
      return key.name === 'escape'
        ? { state: { ...state, filter: '', scroll: 0 }, command: null }
        : { state: { ...state, scroll: scrolled(state, step(key)) }, command: null };
  }
}

const page = 8;

function step({ name }: Key): number {
  switch (name) {
    case 'up':
      return -1;
    case 'down':
      return 1;
    case 'page-up':
      return -page;
    case 'page-down':
      return page;
    default:
      return 0;
  }
}

function scrolled(state: ScreenState, by: number): number {
  const { sample, filter } = shownScreen(state);
  const rows = shownShares(sample.shares, filter).reduce(
    (sum, { destinations }) => sum + 1 + destinations.length,
    0,
  );
  return Math.max(0, Math.min(rows - 1, state.scroll + by));
}

function pressInWays(state: ScreenState, scroll: number, key: Key): Pressed {
  if (key.text === 'q') return { state, command: { kind: 'quit' } };
  const leaves = key.text === 'w' || key.name === 'enter' || key.name === 'escape';
  const { hints, columns, rows } = shownScreen(state);
  const { last } = wayList(hints, columns, rows);
  const next = Math.max(0, Math.min(last, scroll + step(key)));
  const prompt: Prompt = leaves ? none : { kind: 'ways', scroll: next };
  return { state: { ...state, prompt }, command: null };
}

function pressInFilter(state: ScreenState, text: string, key: Key): Pressed {
  const next = (change: Partial<ScreenState>): Pressed => ({
    state: { ...state, ...change },
    command: null,
  });
  switch (key.name) {
    case 'enter':
      // The rows are others now: where the old ones were scrolled to says nothing of them.
      return next({
        filter: text,
        prompt: none,
        scroll: text === state.filter ? state.scroll : 0,
      });
    case 'escape':
      return next({ prompt: none });
    case 'backspace':
      return next({ prompt: { kind: 'filter', text: withoutLast(text) } });
    default:
      return next({ prompt: { kind: 'filter', text: firstColumns(text + key.text, 60) } });
  }
}

function pressInChoice(
  state: ScreenState,
  prompt: Extract<Prompt, { kind: 'choose' }>,
  key: Key,
): Pressed {
  const items = choices(state, prompt);
  const typed = (text: string): Pressed => ({
    state: { ...state, prompt: { ...prompt, text, selected: 0 } },
    command: null,
  });
  const at = (selected: number): Pressed => ({
    state: {
      ...state,
      prompt: { ...prompt, selected: Math.max(0, Math.min(items.length - 1, selected)) },
    },
    command: null,
  });
  const done = (command: Command | null): Pressed => ({
    state: { ...state, prompt: none },
    command,
  });
  switch (key.name) {
    case 'up':
    case 'down':
    case 'page-up':
    case 'page-down':
      return at(prompt.selected + step(key));
    case 'backspace':
      return typed(withoutLast(prompt.text));
    case 'text':
      return typed(firstColumns(prompt.text + key.text, 60));
    case 'escape':
      return done(null);
    case 'enter':
      break;
    case 'interrupt':
    case 'suspend':
      return { state, command: null };
  }
  const chosen = items[prompt.selected];
  if (chosen === undefined) return done(null);
  switch (prompt.what) {
    case 'client':
      return {
        state: {
          ...state,
          prompt: { ...choose, what: 'target', client: chosen },
        },
        command: null,
      };
    case 'target':
      return done({ kind: 'test', from: prompt.client, to: chosen });
    case 'kill':
    case 'delay':
    case 'reset':
      return done({ kind: 'fault', fault: prompt.what, target: chosen });
  }
}

/** What there is to choose from, of what has the typed text in it. */
export function choices(
  state: ScreenState,
  { what, text }: Pick<Extract<Prompt, { kind: 'choose' }>, 'what' | 'text'>,
): readonly string[] {
  const { clients, targets, faultTargets } = shownScreen(state).sample;
  const all = what === 'client' ? clients : what === 'target' ? targets : faultTargets;
  const wanted = text.toLowerCase();
  return all.filter((item) => item.toLowerCase().includes(wanted));
}
