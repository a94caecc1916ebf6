/** What came of one connection of a test file. */
import type { Step, Verdict } from '../routing/index.ts';
import type { Span } from '../text/index.ts';
import type { Mismatch } from './compare.ts';

/**
 * problem: why the connection could not be asked at all (a workload that the mesh lacks), null otherwise.
 * parting: the first step of the trace that leads away from what was expected. notes: why the client may not go by the answer at all,
 * whatever came of it.
 */
export type TestResult = {
  readonly file: string;
  readonly name: string;
  readonly span: Span;
  readonly ok: boolean;
  readonly problem: string | null;
  readonly mismatches: readonly Mismatch[];
  readonly parting: Step | null;
  readonly verdict: Verdict | null;
  readonly notes: readonly string[];
};

export type TestSummary = { readonly passed: number; readonly failed: number };

export function summarizeTests(results: readonly TestResult[]): TestSummary {
  const passed = results.filter(({ ok }) => ok).length;
  return { passed, failed: results.length - passed };
}
