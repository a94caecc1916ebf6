/** What the same call gets from other namespaces, in sentences. */
import type { Elsewhere } from '../expectation/index.ts';
import { listed } from '../text/index.ts';
import { escapeControls } from './escape.ts';
import { goesInWords, withoutRuleInWords } from './verdict-text.ts';
import { ruleInWords } from './words.ts';

export function elsewhereLines(groups: readonly Elsewhere[]): string[] {
  return groups.map(({ namespaces, any, except, verdict }) => {
    const but = except.length === 0 ? '' : ` but ${listed(except, 12)}`;
    const names = any
      ? `any other namespace${but}`
      : namespaces.length === 1
        ? `namespace ${namespaces[0]}`
        : `namespaces ${listed(namespaces, 12)}`;
    const rule =
      verdict.rule !== null
        ? `, by ${ruleInWords(verdict.rule)}`
        : verdict.outcome === 'routed'
          ? `; ${withoutRuleInWords(verdict)}`
          : '';
    return escapeControls(`from ${names} it ${goesInWords(verdict)}${rule}`);
  });
}
