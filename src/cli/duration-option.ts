/** `5s`, `200ms`, `1m30s` as the value of an option. */
import { parseDuration } from '../resource/index.ts';
import { CannotDo } from './command.ts';

/** Milliseconds, 0 or more. */
export function durationOption(option: string, text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null || milliseconds < 0)
    throw new CannotDo(`${option}: ${text} is not a duration`, 'Write 200ms, 5s or 1m30s.');
  return milliseconds;
}
