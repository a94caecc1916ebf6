/** Reads, finds, mends when asked to, reports; once, or at each change. */
import { atLeast, type Finding } from '../../diagnostic/index.ts';
import { countFindings, type FindingReport, renderFindings } from '../../report/index.ts';
import { count, type Source } from '../../text/index.ts';
import { holdsNothing } from '../../yaml/index.ts';
import { version } from '../build-version.ts';
import { paintFor } from '../colours.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import { type Input, readInput } from '../input/read-input.ts';
import type { validateOptions } from '../options/validate.ts';
import { ruleNamed } from '../rule-list.ts';
import type { World } from '../world.ts';
import {
  baselineText,
  entriesNotRead,
  readBaseline,
  readOldBaseline,
  withoutBaseline,
} from './baseline.ts';
import { type Found, findAll } from './find.ts';
import { isWithheld } from './fix-sources.ts';
import { destinationsOf } from './output-destinations.ts';
import { withoutOwnReports } from './own-reports.ts';
import { repositoryOf } from './repository.ts';
import { type Settings, settingsOf, type ValidateOptions } from './settings.ts';
import { checkRuleNames } from './severities.ts';
import type { Outcome } from './watch-input.ts';

export async function run(invocation: Invocation<typeof validateOptions>): Promise<ExitCode> {
  const { world, options, operands } = invocation;
  if (options.dryRun && !options.fix)
    throw new CannotDo('--dry-run shows what --fix would do', 'Add --fix.');
  if (options.unsafe && !options.fix)
    throw new CannotDo('--unsafe says what --fix may do', 'Add --fix.');
  destinationsOf(world, options.output);
  if (options.watch) {
    const { watchInput } = await import('./watch-input.ts');
    return watchInput(world, operands, (stop) => validateOnce(world, options, operands, stop));
  }
  return (await validateOnce(world, options, operands)).code;
}

async function validateOnce(
  world: World,
  options: ValidateOptions,
  operands: readonly string[],
  stop?: AbortSignal,
): Promise<Outcome> {
  const started = world.clock.monotonic();
  const read = await readInput(world, options, operands, { stop });
  for (const { name, message, remedy } of read.problems)
    world.stderr.write(`tcpmesh: ${name}: ${message}\n  ${remedy}\n`);
  if (read.sources.length === 0) return { code: 2, input: read };
  const settings = settingsOf(world, options, read.configuration);
  const input = { ...read, sources: withoutOwnReports(world, options, read, settings) };
  checkRuleNames(input.configuration);
  const find = (sources: readonly Source[]): Found => {
    const all = findAll(world, input, sources, settings);
    return options.unsafe ? withGuesses(all) : all;
  };
  let found = find(input.sources);
  if (options.fix) {
    const { mend } = await import('./mend.ts');
    found = await mend(world, options, input, found, find);
  }
  const documents = countDocuments(found);
  const unread = found.unread > 0 || input.problems.length > 0 || documents === 0;
  if (options.writeBaseline) {
    writeBaseline(world, settings, input, found.findings);
    return { code: unread ? 2 : 0, input };
  }
  const { findings, notes } = lessBaseline(world, settings, input, found);
  const fails = (finding: Finding): boolean =>
    settings.failOn !== 'never' && atLeast(finding.severity, settings.failOn);
  // What fails is shown, whatever its severity: nobody could tell why otherwise.
  const shown = options.quiet
    ? findings.filter((finding) => finding.severity === 'error' || fails(finding))
    : findings;
  await write(world, options, {
    findings: shown,
    hidden: findings.length - shown.length,
    sourceNames: input.sources.map((source) => source.name),
    documents,
    resources: found.decoded.resources.length,
    elapsedMs: world.clock.monotonic() - started,
    version,
    startedIn: { root: repositoryOf(world), folder: world.cwd },
    ruleOf: ruleNamed,
    unread: input.problems.length,
    fails,
    notes: [...notes, ...mendable(options, findings)],
  });
  const { warnings } = countFindings(findings);
  const tooMany = settings.maxWarnings !== undefined && warnings > settings.maxWarnings;
  return { code: unread ? 2 : tooMany || findings.some(fails) ? 1 : 0, input };
}

/** On request a guess is as good as a fix. */
function withGuesses(found: Found): Found {
  return {
    ...found,
    findings: found.findings.map((one) => ({ ...one, fix: one.fix ?? one.guess })),
  };
}

function mendable(options: ValidateOptions, findings: readonly Finding[]): readonly string[] {
  if (options.fix) return [];
  const safe = findings.filter((one) => one.fix !== undefined && !isWithheld(one, findings)).length;
  const guessed = findings.filter(
    ({ fix, guess }) => fix === undefined && guess !== undefined,
  ).length;
  const notes: string[] = [];
  if (safe > 0) notes.push(`${safe} of them can be mended by --fix (--fix --dry-run shows how)`);
  if (guessed > 0)
    notes.push(
      `${guessed} of them may be a slip of the hand: --fix --unsafe writes the name that is near`,
    );
  return notes;
}

/** What holds nothing but comments is not counted. */
function countDocuments({ decoded }: Found): number {
  return decoded.documents.filter((document) => !holdsNothing(document)).length;
}

async function write(world: World, options: ValidateOptions, report: FindingReport): Promise<void> {
  for (const { format, write, output } of destinationsOf(world, options.output)) {
    // A dry run shows its diff there.
    if (options.dryRun && output === world.stdout) continue;
    const paint = await paintFor(world, output, options.color);
    write(await renderFindings(format, report, { paint, columns: output.columns }));
  }
}

function writeBaseline(
  world: World,
  { baseline }: Settings,
  input: Input,
  findings: readonly Finding[],
): void {
  if (baseline === null)
    throw new CannotDo(
      '--write-baseline has no file to write to',
      'Name it: --baseline FILE, or baseline: in .tcpmesh.yaml.',
    );
  const others = entriesNotRead(world, readOldBaseline(world, baseline.path), baseline, input);
  const text = baselineText(findings, others, baseline, input);
  const failure = world.files.write(baseline.path, text);
  if (failure !== undefined)
    throw new CannotDo(`${baseline.name}: ${failure.message}`, 'Name a file that can be written.');
  const kept =
    others.length === 0 ? '' : `; ${others.length} of files that were not read stay in it`;
  world.stderr.write(`${count(findings.length, 'finding')} written to ${baseline.name}${kept}\n`);
}

function lessBaseline(
  world: World,
  { baseline }: Settings,
  input: Input,
  found: Found,
): { readonly findings: readonly Finding[]; readonly notes: readonly string[] } {
  if (baseline === null) return found;
  const known = readBaseline(world, baseline.path, baseline.name);
  const others = entriesNotRead(world, known, baseline, input);
  const less = withoutBaseline(found.findings, known, others);
  const notes = [...found.notes];
  if (less.known > 0) notes.push(`${count(less.known, 'finding')} known from ${baseline.name}`);
  if (less.gone > 0)
    notes.push(
      `${count(less.gone, 'finding')} of ${baseline.name} ${less.gone === 1 ? 'is' : 'are'} gone: --write-baseline writes it anew`,
    );
  return { findings: less.kept, notes };
}
