/** Durations, which Istio wants to be at least 1ms and whole milliseconds. */
import type { Placed } from '../../resource/index.ts';
import type { Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

/** value: milliseconds of the field `key` of `holder`; absent is fine. */
export function checkDuration(
  holder: Placed,
  key: string,
  value: number | undefined,
  report: Report,
): void {
  if (value === undefined) return;
  if (value < 1) report(rules.duration, holder, [key], `${key} is ${format(value)}, less than 1ms`);
  else if (!Number.isInteger(value))
    report(rules.duration, holder, [key], `${key} is ${format(value)}, not whole milliseconds`);
}

function format(milliseconds: number): string {
  if (milliseconds === 0) return '0';
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
