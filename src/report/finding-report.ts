/** What a report on findings is made of, whatever its format. */
import type { Finding, RuleMeta, Severity } from '../diagnostic/index.ts';
import { count } from '../text/index.ts';
import type { StartedIn } from './repository-path.ts';

export type FindingReport = {
  /** Sorted (sortFindings). */
  readonly findings: readonly Finding[];
  /** Every input that was read, in order, those without findings too. */
  readonly sourceNames: readonly string[];
  readonly documents: number;
  readonly resources: number;
  /** For formats whose paths are those of the repository. */
  readonly startedIn: StartedIn;
  /** Inputs that could not be read, so that nothing is known of them. */
  readonly unread: number;
  /** Findings that are not among those to show, for only graver ones were asked for. */
  readonly hidden: number;
  /** How long it took; null where the time must not show. */
  readonly elapsedMs: number | null;
  /** Of tcpmesh. */
  readonly version: string;
  /** The rule of a name; several rules may share a code of Istio's. */
  readonly ruleOf: (name: string) => RuleMeta | undefined;
  /** Does this finding make the exit code 1? */
  readonly fails: (finding: Finding) => boolean;
  /** Notes on what was left out: findings in a baseline, suppressed ones, references that were not checked. */
  readonly notes: readonly string[];
};

export type Counts = { readonly errors: number; readonly warnings: number; readonly infos: number };

export function countFindings(findings: readonly Finding[]): Counts {
  const having = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return { errors: having('error'), warnings: having('warning'), infos: having('info') };
}

/** `2 errors, 1 warning`; empty without any. */
export function describeCounts({ errors, warnings, infos }: Counts): string {
  return [
    errors > 0 ? count(errors, 'error') : '',
    warnings > 0 ? count(warnings, 'warning') : '',
    infos > 0 ? count(infos, 'info') : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The counts, or that there is nothing to count; never a word of success for what was not looked at. */
export function verdictInWords(report: FindingReport): string {
  const counts = describeCounts(countFindings(report.findings));
  const unread = report.unread === 0 ? '' : `${count(report.unread, 'input')} not read`;
  const nothing = report.resources === 0 ? 'nothing checked' : 'nothing found';
  const found = counts !== '' ? counts : report.hidden > 0 ? 'no errors' : nothing;
  const hidden = report.hidden === 0 ? '' : `${report.hidden} not shown`;
  return [found, hidden, unread].filter((part) => part !== '').join(', ');
}

/** Why it is said: a finding's own reason, else its rule's; empty where there is none. */
export function whyOf({ ruleOf }: FindingReport, { why, rule }: Finding): string {
  return why ?? ruleOf(rule)?.why ?? '';
}

/** The page of a rule, by a path within the package. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}
