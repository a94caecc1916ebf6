/** An explanation for people: where it goes, the ladder of what decided it, what would have changed it, what was supposed. */
import type { ConfigMiss, Explanation, NearMiss } from '../expectation/index.ts';
import { assumptionsOf } from './assumption-text.ts';
import { changeInWords, configChangeInWords } from './change-in-words.ts';
import { elsewhereLines } from './elsewhere-text.ts';
import { escapeControls } from './escape.ts';
import { ladderLines } from './ladder-text.ts';
import type { Paint } from './paint.ts';
import { placeOf } from './test-message.ts';
import { goesInWords, headlineLines } from './verdict-text.ts';
import { ruleInWords } from './words.ts';

/** brief: without the ladder. */
export function explanationsAsText(
  explanations: readonly Explanation[],
  paint: Paint,
  brief: boolean,
): string {
  if (explanations.length === 0) return '';
  const parts = explanations.map((explanation) => one(explanation, paint, brief));
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function one(explanation: Explanation, paint: Paint, brief: boolean): string[] {
  const { verdict, address, doubts, madeUp, nearMisses, configMisses, elsewhere } = explanation;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map((line) => `  ${line}`)];
  const misses = [
    ...configMisses.map((miss) => configMissLine(miss, paint)),
    ...nearMisses.map((miss) => nearMissLine(miss, paint)),
  ];
  return [
    ...headlineLines(verdict, address, paint, new Set(madeUp)),
    ...doubts.map((doubt) => `  ${paint('warning', escapeControls(`but ${doubt}`))}`),
    ...(brief ? [] : section('How it is decided', ladderLines(verdict, paint))),
    ...section('What one change would do', misses),
    ...section('From other namespaces', elsewhereLines(elsewhere)),
    ...section('Supposed', assumptionsOf(explanation).map(escapeControls)),
  ];
}

function nearMissLine({ rule, change, verdict }: NearMiss, paint: Paint): string {
  const words = `${changeInWords(change)}, ${ruleInWords(rule.ref)} would take it: it ${goesInWords(verdict)}`;
  return `${escapeControls(words)}  ${paint('place', escapeControls(placeOf(rule.ref.span)))}`;
}

function configMissLine({ change, verdict }: ConfigMiss, paint: Paint): string {
  const words = `${configChangeInWords(change)}: then it ${goesInWords(verdict)}`;
  const { span } = change;
  const place = span === null ? '' : `  ${paint('place', escapeControls(placeOf(span)))}`;
  return `${escapeControls(words)}${place}`;
}
