/** Warnings and refusals of the API, in the words of kubectl. */
import { escapeControls } from '../../report/index.ts';
import type { World } from '../world.ts';
import type { ApiAnswer } from './api-client.ts';
import { textAt } from './json-at.ts';

export function sayWarnings(world: World, { warnings }: ApiAnswer): void {
  for (const warning of warnings) world.stderr.write(`Warning: ${escapeControls(warning)}\n`);
}

/** True when the API refused; what it said is printed. doing: `error when creating "a.yaml": `, or nothing. */
export function sayRefusal(world: World, answer: ApiAnswer, doing = ''): boolean {
  if (answer.code < 400) return false;
  const reason = textAt(answer.body, 'reason');
  const message = textAt(answer.body, 'message') || answer.text;
  world.stderr.write(
    `Error from server${reason === '' ? '' : ` (${reason})`}: ${doing}${escapeControls(message)}\n`,
  );
  return true;
}
