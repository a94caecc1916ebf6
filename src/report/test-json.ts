/** Test results as JSON: the contract that scripts rely on. */
import { summarizeTests, type TestResult } from '../expectation/index.ts';
import { testMessageLines } from './test-message.ts';

/** schemaVersion 1; message is empty for a test that passed, notes are left out where there are none. Ends in a line break. */
export function testsAsJson(results: readonly TestResult[]): string {
  const report = {
    schemaVersion: 1,
    summary: summarizeTests(results),
    tests: results.map((result) => ({
      file: result.file,
      name: result.name,
      ok: result.ok,
      message: testMessageLines(result).join('\n'),
      ...(result.notes.length === 0 ? {} : { notes: result.notes }),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
