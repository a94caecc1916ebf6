/** What one failed expectation says: expected, actual, and the step where the two part. Plain text, one fact a line. */
import type { TestResult } from '../expectation/index.ts';
import { positionOf, type Span } from '../text/index.ts';

/** Lines without colour; empty for a test that passed. */
export function testMessageLines(result: TestResult): string[] {
  if (result.ok) return [];
  if (result.problem !== null) return result.problem.split('\n');
  const lines = result.mismatches.flatMap(({ what, expected, actual }) => [
    `${what}: expected ${expected}`,
    `${' '.repeat(what.length)}  got      ${actual}`,
  ]);
  const { parting } = result;
  if (parting !== null) {
    const place = parting.span === null ? '' : ` (${placeOf(parting.span)})`;
    lines.push(`they part at ${parting.subject}: ${parting.message}${place}`);
  }
  return lines;
}

/** `file:line`. */
export function placeOf(span: Span): string {
  return `${span.source.name}:${positionOf(span).line}`;
}
