/** Takes suppressed findings out of a list, and says which suppressions were of no use. */
import type { Finding } from './finding.ts';
import type { IgnoreComment } from './ignore-comment.ts';
import { findingOf, type RuleMeta } from './rule.ts';

/** A comment that leaves nothing out hides that its reason is gone, or that it is misspelt. */
export const unusedSuppression: RuleMeta = {
  code: 'TCM0911',
  name: 'unused-suppression',
  severity: 'warning',
  summary: 'Something that is to leave findings out leaves none out.',
  why: 'What it was written for is gone or elsewhere now; it would hide the next finding that somebody ought to see.',
  help: 'Remove the comment, or move it to the line of the finding.',
  istio: { rejects: false, code: null, source: '' },
};

/** `# tcpmesh-ignore` without a code would have to mean everything, today's findings and tomorrow's. */
export const suppressionWithoutCode: RuleMeta = {
  code: 'TCM0912',
  name: 'suppression-without-code',
  severity: 'warning',
  summary: 'A tcpmesh-ignore comment names no rule.',
  why: 'It leaves nothing out: a comment has to say which finding it is about.',
  help: 'Name the code or rule, and why: # tcpmesh-ignore IST0101: defined by another team.',
  istio: { rejects: false, code: null, source: '' },
};

export const suppressionRules: readonly RuleMeta[] = [unusedSuppression, suppressionWithoutCode];

/** A code or rule name of a comment that stands for no finding within its reach. */
export type UnusedCode = { readonly comment: IgnoreComment; readonly code: string };

/** Order is kept; what is said of comments without a code stands at the end. */
export function suppressByComments(
  findings: readonly Finding[],
  comments: readonly IgnoreComment[],
): {
  readonly kept: readonly Finding[];
  readonly suppressed: number;
  readonly unused: readonly UnusedCode[];
} {
  if (comments.length === 0) return { kept: findings, suppressed: 0, unused: [] };
  const used = new Map(comments.map((comment) => [comment, new Set<string>()]));
  const kept = findings.filter((finding) => {
    let silent = false;
    for (const comment of comments) {
      if (!reaches(comment, finding)) continue;
      for (const code of comment.codes.filter((named) => names(named, finding))) {
        used.get(comment)?.add(code);
        silent = true;
      }
    }
    return !silent;
  });
  const codeless = comments.filter(({ codes }) => codes.length === 0);
  return {
    kept: [...kept, ...codeless.map(withoutCode)],
    suppressed: findings.length - kept.length,
    unused: comments.flatMap((comment) =>
      comment.codes
        .filter((code) => used.get(comment)?.has(code) !== true)
        .map((code) => ({ comment, code })),
    ),
  };
}

/** Does a code or rule name stand for this finding? Istio's code counts too. */
export function names(named: string, { code, rule, istio }: Finding): boolean {
  return named === code || named === rule || named === istio.code;
}

export function reaches(comment: IgnoreComment, { span }: Finding): boolean {
  return (
    span.source === comment.span.source && span.start >= comment.from && span.start <= comment.to
  );
}

function withoutCode({ span }: IgnoreComment): Finding {
  const message = 'this comment names no rule to ignore';
  return findingOf(suppressionWithoutCode, { span, path: '', resource: null, message });
}
