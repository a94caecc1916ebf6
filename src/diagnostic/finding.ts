/** A finding: one thing that is wrong or worth knowing, with the place it is at and what to do. */
import { positionOf, type Span } from '../text/index.ts';

export type Severity = 'error' | 'warning' | 'info';

/** The Kubernetes object that a finding is about; empty strings for what the document does not say. */
export type ResourceRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};

/** Another place that belongs to the finding: the other party of a conflict, the rule that covers this one. */
export type Related = { readonly message: string; readonly span: Span };

/** A change of the text. Edits of one fix do not overlap; an empty span inserts. */
export type Edit = { readonly span: Span; readonly text: string };

/**
 * What would mend a finding without changing anything else: comments and layout stay. title: an imperative sentence. wakes: rules come
 * into force that do nothing now, so that an error in them begins to harm.
 */
export type Fix = {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly wakes?: true;
};

export type Finding = {
  /** `IST0101`, `TCM0101`…: a code for life. */
  readonly code: string;
  /** The rule's name, kebab-case, as in `tcpmesh rules`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What: one sentence that names the value. */
  readonly message: string;
  /** What to do: one imperative sentence. Empty where there is nothing to add. */
  readonly help: string;
  /** Why it is said, where that is not what the rule says of itself. */
  readonly why?: string | undefined;
  readonly span: Span;
  /** Field path such as `spec.tcp[0].route[1].weight`; empty for a whole document. */
  readonly path: string;
  readonly resource: ResourceRef | null;
  readonly related: readonly Related[];
  /** rejects: Istio's own validation refuses the document for this; code: what `istioctl analyze` calls it. */
  readonly istio: { readonly rejects: boolean; readonly code: string | null };
  /** Only where it is safe: the mesh then does what the document plainly means. */
  readonly fix?: Fix | undefined;
  /** What most likely was meant, where there is one such thing. Nobody makes it unasked. */
  readonly guess?: Fix | undefined;
};

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Is `severity` as grave as `threshold` or graver? */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return rank[severity] <= rank[threshold];
}

export function graver(a: Severity, b: Severity): Severity {
  return atLeast(a, b) ? a : b;
}

/** The graver ones first, else in the order that they had. */
export function gravestFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** Order of a report: file, place, gravity, code, message. Total, so that output is the same on every run. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.span.source.name, b.span.source.name) ||
    a.span.start - b.span.start ||
    rank[a.severity] - rank[b.severity] ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message) ||
    a.span.end - b.span.end
  );
}

/** Findings in order, each once: the same code and message at the same place is said once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(compareFindings);
  return sorted.filter((finding, i) => {
    const before = sorted[i - 1];
    return (
      before === undefined ||
      before.span.source !== finding.span.source ||
      before.code !== finding.code ||
      before.message !== finding.message ||
      positionOf(before.span).line !== positionOf(finding.span).line ||
      before.span.start !== finding.span.start
    );
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
