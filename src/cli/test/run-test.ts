/** Finds test files, runs them, reports. */

import type { Finding } from '../../diagnostic/index.ts';
import { coverageOf, readTestFile, type TestResult } from '../../expectation/index.ts';
import {
  coverageAsText,
  type Paint,
  testsAsJson,
  testsAsJunit,
  testsAsTap,
  testsAsText,
} from '../../report/index.ts';
import { locationOf } from '../../text/index.ts';
import { paintFor } from '../colours.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import { findFiles, type Wanted } from '../input/find-files.ts';
import { readFile } from '../input/read-source.ts';
import type { testOptions } from '../options/test.ts';
import { type RanFile, TestRunner } from './test-runner.ts';
import { writeFirstFile } from './write-first-file.ts';

type Asked = Invocation<typeof testOptions>;

const testFiles: Wanted = {
  takes: (name) => /\.mesh-test\.ya?ml$/i.test(name),
  none: 'no test file (*.mesh-test.yaml) in this folder',
  remedy:
    'Name a test file, or write a first one: tcpmesh test --init FILES > routes.mesh-test.yaml.',
};

export async function run(asked: Asked): Promise<ExitCode> {
  const { world, options } = asked;
  if (options.init) return writeFirstFile(asked);
  const { failUnder } = options;
  if (failUnder !== undefined && (failUnder < 0 || failUnder > 100))
    throw new CannotDo(`--fail-under ${failUnder} is no share`, 'Write 0 to 100, in percent.');
  const names = [...asked.operands, ...options.filename];
  const found = findFiles(world.files, world.cwd, names.length === 0 ? ['.'] : names, {
    deep: true,
    wanted: testFiles,
  });
  const [missing] = found.problems;
  if (missing !== undefined)
    throw new CannotDo(`${missing.name}: ${missing.message}`, missing.remedy);
  const runner = new TestRunner(world, options);
  const ran: RanFile[] = [];
  const broken: TestResult[] = [];
  for (const at of found.files) {
    const source = readFile(world.files, at);
    if ('message' in source) throw new CannotDo(`${source.name}: ${source.message}`, source.remedy);
    const { file, findings } = readTestFile(source);
    const result = file === null ? findings : runner.run(file, at.path);
    if ('results' in result) ran.push(result);
    else {
      broken.push(...unrunnable(source.name, result));
      complain(asked, result);
    }
  }
  const results = ran.flatMap((file) => file.results);
  const paint = await paintFor(world, world.stdout, options.color);
  // Who reads a format for programs may see nothing else: there a file that cannot be run is a test that failed.
  const told = options.output === 'text' ? results : [...results, ...broken];
  world.stdout.write(render(told, options.output, paint));
  const covered = reportCoverage(asked, ran, paint);
  if (broken.length > 0 || (options.strict && runner.refused > 0)) return 2;
  return covered && results.every(({ ok }) => ok) ? 0 : 1;
}

function complain({ world }: Asked, findings: readonly Finding[]): void {
  for (const { span, message, help } of findings)
    world.stderr.write(`tcpmesh: ${locationOf(span)}: ${message}\n  ${help}\n`);
}

/** One result for the file, at its first finding. */
function unrunnable(file: string, findings: readonly Finding[]): TestResult[] {
  const [first] = findings;
  if (first === undefined) return [];
  const problem = findings.map(({ span, message }) => `${locationOf(span)}: ${message}`).join('\n');
  const plain = { mismatches: [], parting: null, verdict: null, notes: [] };
  return [{ file, name: 'the test file itself', span: first.span, ok: false, problem, ...plain }];
}

function render(
  results: readonly TestResult[],
  output: 'text' | 'json' | 'tap' | 'junit',
  paint: Paint,
): string {
  switch (output) {
    case 'text':
      return testsAsText(results, paint);
    case 'json':
      return testsAsJson(results);
    case 'tap':
      return testsAsTap(results);
    case 'junit':
      return testsAsJunit(results);
  }
}

/** Beside the text for people; formats for programs keep their shape, so there it goes to stderr. False: too little is covered. */
function reportCoverage({ world, options }: Asked, ran: readonly RanFile[], paint: Paint): boolean {
  const { failUnder } = options;
  if ((!options.coverage && failUnder === undefined) || ran.length === 0) return true;
  const runs = ran.map(({ mesh, results }) => ({
    mesh,
    verdicts: results.flatMap(({ verdict }) => (verdict === null ? [] : [verdict])),
  }));
  const coverage = coverageOf(runs);
  const out = options.output === 'text' ? world.stdout : world.stderr;
  out.write(coverageAsText(coverage, failUnder, paint));
  return failUnder === undefined || coverage.share * 100 >= failUnder;
}
