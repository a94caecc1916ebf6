/** An explanation for people: where it goes, the ladder of what decided it, what would have changed it, what was supposed. */
import type { Explanation, NearMiss, OtherAge } from '../expectation/index.ts';
import type { Verdict } from '../routing/index.ts';
import { changeInWords } from './change-in-words.ts';
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

function one(
  { verdict, supposed, nearMisses, elsewhere, otherAges }: Explanation,
  paint: Paint,
  brief: boolean,
): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map((line) => `  ${line}`)];
  const assumptions = [...supposed, ...verdict.assumptions].map(escapeControls);
  return [
    ...headlineLines(verdict, paint),
    ...(brief ? [] : section('How it is decided', ladderLines(verdict, paint))),
    ...section(
      'What one change would do',
      nearMisses.map((miss) => nearMissLine(miss, paint)),
    ),
    ...section('From other namespaces', elsewhereLines(elsewhere)),
    ...section('In another order of creation', otherAges.map(otherAgeLine)),
    ...section('Supposed', [...new Set(assumptions)]),
  ];
}

function nearMissLine({ rule, change, verdict }: NearMiss, paint: Paint): string {
  const place = paint('place', escapeControls(placeOf(rule.ref.span)));
  const where = escapeControls(goesInWords(verdict));
  const words = escapeControls(`${changeInWords(change)}: ${ruleInWords(rule.ref)} would take it`);
  return `${words} (${place}) and it ${where}`;
}

function otherAgeLine({ older, verdict }: OtherAge): string {
  return escapeControls(
    `if ${older.join(' and ')} had been created before the others, it ${goesByRule(verdict)}`,
  );
}

function goesByRule(verdict: Verdict): string {
  const rule = verdict.rule === null ? '' : ` by ${ruleInWords(verdict.rule)}`;
  return `${goesInWords(verdict)}${rule}`;
}
