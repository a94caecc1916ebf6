/** Coverage for people: how much was reached, and every rule, match and destination that was not. */
import type { Coverage, CoverageItem } from '../expectation/index.ts';
import { escapeControls } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf } from './test-message.ts';

/** failUnder: the percentage below which the run fails, named where it is missed. */
export function coverageAsText(
  coverage: Coverage,
  failUnder: number | undefined,
  paint: Paint,
): string {
  const { items, share } = coverage;
  const percent = Math.floor(share * 1000) / 10;
  const missed = failUnder !== undefined && share * 100 < failUnder;
  const counts = (['rule', 'match', 'destination'] as const)
    .map((kind) => count(kind, items))
    .join(', ');
  const verdict = missed ? paint('error', ` below the ${failUnder} % asked for`) : '';
  const lines = ['', `coverage ${paint('strong', `${percent} %`)}${verdict}: ${counts}`];
  const unreached = items.filter(({ reached }) => !reached);
  if (unreached.length > 0) lines.push('no connection reaches');
  for (const { kind, name, span } of unreached)
    lines.push(
      `  ${kind.padEnd('destination'.length)} ${escapeControls(name)}  ${paint('place', escapeControls(placeOf(span)))}`,
    );
  return `${lines.join('\n')}\n`;
}

const plurals = { rule: 'rules', match: 'matches', destination: 'destinations' } as const;

function count(kind: CoverageItem['kind'], items: readonly CoverageItem[]): string {
  const all = items.filter((item) => item.kind === kind);
  return `${all.filter(({ reached }) => reached).length} of ${all.length} ${plurals[kind]}`;
}
