/** `5s`, `200ms`, `1m30s` as the value of an option. */
import { parseDuration } from '../resource/index.ts';
import { CannotDo } from './command.ts';

/** Timers that are set for longer go off at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** Milliseconds, 0 or more. most: for what no timer waits. */
export function durationOption(option: string, text: string, most = longestTimerMs): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null || milliseconds < 0)
    throw new CannotDo(`${option}: ${text} is not a duration`, 'Write 200ms, 5s or 1m30s.');
  if (milliseconds > most)
    throw new CannotDo(
      `${option}: ${text} is too long`,
      `Take ${Math.floor(most / 3_600_000)}h at most.`,
    );
  return milliseconds;
}
