/** Gravities that the configuration sets, by rule name or code; the name wins. */
import type { Finding, Severity } from '../../diagnostic/index.ts';
import { closest } from '../../text/index.ts';
import { type Configuration, misconfigured } from '../input/configuration.ts';
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
  const { rules } = configuration;
  if (rules.length === 0) return;
  const known = new Set(allRules().flatMap((rule) => [rule.code, rule.name]));
  for (const { name, span } of rules) {
    if (known.has(name)) continue;
    const meant = closest(name, known);
    throw misconfigured(
      span,
      `no rule is called ${name}${meant === null ? '' : ` (Did you mean ${meant}?)`}`,
      'tcpmesh rules lists them.',
    );
  }
}
