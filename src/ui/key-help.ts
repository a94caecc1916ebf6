/** What the keys do, on one row: on a narrow terminal the words are fewer, then the keys, how to leave being the last. */
import { columnsOf } from './columns.ts';
import { clip, clipStart } from './quantity.ts';
import type { ScreenState } from './screen-state.ts';

/** short: in fewer words. weight: of what there is no room for, the lightest goes first. */
type Help = { readonly text: string; readonly short?: string; readonly weight: number };

export function keyHelp({
  prompt,
  columns,
  frozen,
}: Pick<ScreenState, 'prompt' | 'columns' | 'frozen'>): string {
  switch (prompt.kind) {
    case 'none':
      return padded(fitting(viewKeys(frozen !== null), '   ', columns - 2), columns);
    case 'filter':
      return filterHelp(prompt.text, columns);
    case 'ways':
      return padded(fitting(wayKeys, ', ', columns - 2), columns);
    case 'choose':
      return padded(fitting(choiceKeys, ', ', columns - 2), columns);
  }
}

function viewKeys(isPaused: boolean): readonly Help[] {
  return [
    { text: `p ${isPaused ? 'go on' : 'pause'}`, weight: 4 },
    { text: 'f filter', weight: 6 },
    { text: 't test connection', short: 't test', weight: 5 },
    { text: 'k kill', weight: 3 },
    { text: 'd delay', weight: 2 },
    { text: 'r reset', weight: 1 },
    { text: 'w ways in', weight: 7 },
    { text: 'q quit', weight: 8 },
  ];
}

const choiceKeys: readonly Help[] = [
  { text: 'up and down choose', weight: 2 },
  { text: 'letters narrow it', weight: 1 },
  { text: 'enter takes', weight: 3 },
  { text: 'escape leaves', weight: 4 },
];

const wayKeys: readonly Help[] = [
  { text: 'up and down show the others', weight: 1 },
  { text: 'q quits', weight: 2 },
  { text: 'escape leaves', weight: 3 },
];

const filterKeys: readonly Help[] = [
  { text: 'enter takes it', weight: 1 },
  { text: 'escape leaves it', weight: 2 },
];

/** What was typed is worth more than help, and its end more than its beginning. */
function filterHelp(text: string, columns: number): string {
  const title = ' filter: ';
  const typed = clipStart(text, columns - title.length - 2);
  const asked = `${title}${typed}_ `;
  const help = fitting(filterKeys, ', ', columns - columnsOf(asked) - 4);
  return clip(help === '' ? asked : `${asked} (${help}) `, columns);
}

function padded(help: string, columns: number): string {
  return clip(` ${help} `, columns);
}

function fitting(keys: readonly Help[], gap: string, columns: number): string {
  const long = keys.map(({ text }) => text).join(gap);
  if (long.length <= columns) return long;
  const byWeight = keys.toSorted((a, b) => a.weight - b.weight);
  for (let dropped = 0; dropped < keys.length; dropped += 1) {
    const kept = new Set(byWeight.slice(dropped));
    const short = keys
      .filter((key) => kept.has(key))
      .map((key) => key.short ?? key.text)
      .join(gap);
    if (short.length <= columns) return short;
  }
  return '';
}
