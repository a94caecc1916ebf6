/** What a rule is apart from its check: the one source of `tcpmesh rules`, the pages in docs/rules and SARIF's rule list. */
import type { Span } from '../text/index.ts';
import type { Finding, Related, ResourceRef, Severity } from './finding.ts';

export type RuleMeta = {
  /** `TCM0203`, `IST0101`: a code for life. */
  readonly code: string;
  /** kebab-case, unique. */
  readonly name: string;
  /** The usual gravity; a finding may be milder where the rule says so. */
  readonly severity: Severity;
  /** One sentence: what it finds. */
  readonly summary: string;
  /** What happens in a mesh when it is left as it is. */
  readonly why: string;
  /** What to do, in general; a finding's own help names the values. */
  readonly help: string;
  /**
   * rejects: Istio's own validation refuses a document for it; code: what `istioctl analyze` calls it;
   * source: where Istio decides so (`validation.go:validateTCPMatch`), empty for rules of our own.
   */
  readonly istio: {
    readonly rejects: boolean;
    readonly code: string | null;
    readonly source: string;
  };
};

/** What one finding adds to its rule; what is left out is the rule's own. */
export type Occurrence = {
  readonly message: string;
  readonly span: Span;
  readonly path: string;
  readonly resource: ResourceRef | null;
  readonly help?: string;
  readonly why?: string;
  readonly severity?: Severity;
  readonly related?: readonly Related[];
  readonly istio?: Finding['istio'];
  readonly fix?: Finding['fix'] | undefined;
  readonly guess?: Finding['guess'] | undefined;
};

/** A finding of a rule. */
export function findingOf(rule: RuleMeta, occurrence: Occurrence): Finding {
  const { rejects, code } = rule.istio;
  const { span } = occurrence;
  return {
    code: rule.code,
    rule: rule.name,
    severity: occurrence.severity ?? rule.severity,
    message: occurrence.message,
    help: occurrence.help ?? rule.help,
    ...(occurrence.why === undefined ? {} : { why: occurrence.why }),
    span: { source: span.source, start: span.start, end: span.end },
    path: occurrence.path,
    resource: occurrence.resource,
    related: occurrence.related ?? [],
    istio: occurrence.istio ?? { rejects, code },
    fix: occurrence.fix,
    ...(occurrence.guess === undefined ? {} : { guess: occurrence.guess }),
  };
}
