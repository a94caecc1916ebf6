/** Reads, judges, reports. */
import { atLeast, type Finding, type RuleMeta, sortFindings } from '../../diagnostic/index.ts';
import { defaultLintOptions, type LintOptions, lint, lintRules } from '../../lint/index.ts';
import { buildMesh } from '../../mesh/index.ts';
import { countFindings, type FindingReport, renderFindings } from '../../report/index.ts';
import { decodeSources } from '../../resource/index.ts';
import { admit, judge, judgeDocuments, validationRules } from '../../validation/index.ts';
import { version } from '../build-version.ts';
import { paintFor } from '../colours.ts';
import type { ExitCode, Invocation } from '../command.ts';
import type { validateOptions } from '../commands/validate.ts';
import { readInput } from '../input/read-input.ts';
import { destinationsOf } from './output-destinations.ts';

type Options = Invocation<typeof validateOptions>;

export async function run({ world, options, operands }: Options): Promise<ExitCode> {
  const failOn = options.failOn ?? 'error';
  const started = world.clock.monotonic();
  const destinations = destinationsOf(world, options.output);
  const input = await readInput(world, options, operands);
  for (const { name, message, remedy } of input.problems)
    world.stderr.write(`tcpmesh: ${name}: ${message}\n  ${remedy}\n`);
  if (input.sources.length === 0) return 2;
  const decoded = decodeSources(input.sources, { defaultNamespace: input.defaultNamespace });
  const lintOptions = lintOptionsOf(options);
  const { clusterDomain } = lintOptions;
  const findings = sortFindings([
    ...judgeDocuments(decoded),
    ...decoded.resources.flatMap((resource) => judge(resource)),
    ...lint({
      resources: decoded.resources,
      mesh: buildMesh(admit(decoded.resources).admitted, { clusterDomain }),
      options: lintOptions,
    }),
  ]);
  const shown = options.quiet ? findings.filter((f) => f.severity === 'error') : findings;
  const rules = new Map<string, RuleMeta>(
    [...validationRules, ...lintRules.map(({ meta }) => meta)].map((rule) => [rule.name, rule]),
  );
  const report: FindingReport = {
    findings: shown,
    sourceNames: input.sources.map((source) => source.name),
    documents: decoded.documents.filter(
      (document) => document.root !== null || document.problems.length > 0,
    ).length,
    resources: decoded.resources.length,
    elapsedMs: world.clock.monotonic() - started,
    version,
    ruleOf: (name) => rules.get(name),
    fails: (finding) => failOn !== 'never' && atLeast(finding.severity, failOn),
    notes: [],
  };
  for (const { format, write, output } of destinations) {
    const paint = await paintFor(world, output, options.color);
    write(await renderFindings(format, report, { paint, columns: output.columns, quiet: false }));
  }
  const unread =
    input.problems.length > 0 ||
    decoded.documents.some((document) => document.root === null && document.problems.length > 0);
  if (unread) return 2;
  return fails(findings, failOn, options.maxWarnings) ? 1 : 0;
}

function lintOptionsOf(options: Options['options']): LintOptions {
  const { refs, mode, ambientProfile, clusterDomain } = options;
  return {
    ...defaultLintOptions,
    ...(refs === undefined ? {} : { refs }),
    ...(mode === undefined ? {} : { mode }),
    ...(ambientProfile === undefined ? {} : { ambientProfile }),
    ...(clusterDomain === undefined ? {} : { clusterDomain }),
  };
}

function fails(
  findings: readonly Finding[],
  failOn: 'error' | 'warning' | 'info' | 'never',
  maxWarnings: number | undefined,
): boolean {
  if (maxWarnings !== undefined && countFindings(findings).warnings > maxWarnings) return true;
  return failOn !== 'never' && findings.some((finding) => atLeast(finding.severity, failOn));
}
