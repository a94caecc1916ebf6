/** The fixes of findings as edits of the texts that they are about. */
import type { Source } from '../text/index.ts';
import type { Edit, Finding } from './finding.ts';

export type FixedSource = {
  readonly source: Source;
  /** In order, none overlapping. */
  readonly edits: readonly Edit[];
};

/** applied: findings whose fix was made. A fix that overlaps one made before waits for the next run; left counts those. */
export type FixResult = {
  readonly sources: readonly FixedSource[];
  readonly applied: readonly Finding[];
  readonly left: number;
};

/** A fix is made as a whole or not at all; earlier findings go first. */
export function applyFixes(findings: readonly Finding[]): FixResult {
  const made = new Map<Source, Edit[]>();
  const applied: Finding[] = [];
  let left = 0;
  for (const finding of findings) {
    const edits = finding.fix?.edits ?? [];
    if (edits.length === 0) continue;
    if (edits.every((edit) => isFree(edit, made.get(edit.span.source) ?? []))) {
      applied.push(finding);
      for (const edit of edits) {
        const list = made.get(edit.span.source);
        if (list === undefined) made.set(edit.span.source, [edit]);
        else list.push(edit);
      }
    } else if (!edits.every((edit) => isSame(edit, made.get(edit.span.source) ?? []))) left++;
  }
  const sources = [...made].map(([source, list]) => {
    const edits = list.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return { source, edits };
  });
  return { sources, applied, left };
}

/** Two insertions at one place would have an order that nobody chose. */
function isFree({ span }: Edit, made: readonly Edit[]): boolean {
  return made.every(
    (other) =>
      span.end < other.span.start ||
      other.span.end < span.start ||
      (span.end === other.span.start &&
        span.start < span.end &&
        other.span.start < other.span.end) ||
      (other.span.end === span.start && span.start < span.end && other.span.start < other.span.end),
  );
}

/** Several findings may have one and the same fix. */
function isSame(edit: Edit, made: readonly Edit[]): boolean {
  return made.some(
    ({ span, text }) =>
      span.start === edit.span.start && span.end === edit.span.end && text === edit.text,
  );
}

/** edits: in order, none overlapping. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of edits) {
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}
