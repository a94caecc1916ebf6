/** Matchers of texts and their regular expressions (virtualservice.go:validateStringMatch, validateStringRegexp). */
import type { Placed, StringMatch } from '../../../resource/index.ts';
import { regexDefect } from '../../regex.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';

/** exact may be empty, and a matcher without any condition is fine. */
export function checkStringMatch(match: StringMatch | undefined, report: Report): void {
  if (match === undefined) return;
  if (match.prefix === '') report(rules.emptyPrefix, match, ['prefix'], 'this prefix is empty');
  checkRegex(match, 'regex', match.regex, report);
}

export function checkRegex(
  holder: Placed,
  key: string,
  regex: string | undefined,
  report: Report,
): void {
  if (regex === undefined) return;
  const defect = regexDefect(regex);
  if (defect !== null)
    report(rules.regex, holder, [key], regex === '' ? defect : `${quote(regex)}: ${defect}`);
}
