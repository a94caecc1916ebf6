/** Gravities that the configuration sets, by rule name or code; the name wins. */
import type { Finding, Severity } from '../../diagnostic/index.ts';
import { closest } from '../../text/index.ts';
import { CannotDo } from '../command.ts';
import type { Configuration } from '../input/configuration.ts';
import { allRules } from '../rule-list.ts';

export function withSeverities(
  findings: readonly Finding[],
  severities: ReadonlyMap<string, Severity | 'off'>,
): readonly Finding[] {
  if (severities.size === 0) return findings;
  return findings.flatMap((finding) => {
    const severity = severities.get(finding.rule) ?? severities.get(finding.code);
    if (severity === undefined) return [finding];
    return severity === 'off' ? [] : [{ ...finding, severity }];
  });
}

/** A misspelt rule in the configuration would silently change nothing. */
export function checkRuleNames(configuration: Configuration): void {
  const named = [
    ...configuration.severities.keys(),
    ...configuration.ignores.map((ignore) => ignore.code).filter((code) => code !== '*'),
  ];
  if (named.length === 0) return;
  const known = new Set(allRules().flatMap((rule) => [rule.code, rule.name]));
  for (const rule of named) {
    if (known.has(rule)) continue;
    const meant = closest(rule, known);
    throw new CannotDo(
      `${configuration.name}: no rule is called ${rule}${meant === null ? '' : ` (Did you mean ${meant}?)`}`,
      'tcpmesh rules lists them.',
    );
  }
}
