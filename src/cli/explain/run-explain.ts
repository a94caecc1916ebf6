/** Reads the mesh, asks, reports. */

import { resolve } from 'node:path';
import {
  callOf,
  callsMeant,
  type Explainer,
  type Explanation,
  explainer,
  type Meant,
  missingRule,
  parseRuleName,
  type Reach,
  reach,
  readCalls,
  rulesNamed,
  unmet,
} from '../../expectation/index.ts';
import {
  type ExplanationReport,
  explanationsAsJson,
  explanationsAsMermaid,
  explanationsAsText,
  explanationsAsYaml,
  type Paint,
  reachesAsText,
  targetInWords,
} from '../../report/index.ts';
import { locationOf } from '../../text/index.ts';
import { paintFor } from '../colours.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import { loadMesh } from '../input/load-mesh.ts';
import { readFile } from '../input/read-source.ts';
import type { explainOptions } from '../options/explain.ts';
import { readAssertions, readQuestion, supposedOf } from './read-question.ts';

type Asked = Invocation<typeof explainOptions>;

/** For more calls than this only the verdicts are worked out. */
const mostExplained = 50;

export async function run(asked: Asked): Promise<ExitCode> {
  const { world, options, operands } = asked;
  const assertions = readAssertions(options.expect);
  const question = readQuestion(options);
  const loaded = await loadMesh(world, options, operands);
  const { configuration } = loaded.input;
  const answers = explainer({
    admitted: loaded.admission.admitted,
    written: loaded.decoded.resources,
    options: loaded.options,
    standIns: options.bare ? [] : loaded.input.standIns,
    ambient: (options.mode ?? configuration.mode) === 'ambient',
    ambientProfile: options.ambientProfile ?? configuration.ambientProfile ?? 'istio',
  });
  const reaches = options.rule === undefined ? [] : reachesOf(options.rule, answers);
  const { calls, supposed } =
    options.rule !== undefined
      ? witnesses(reaches)
      : options.calls !== undefined
        ? callsOfFile(asked, options.calls, answers)
        : meant(callsMeant(question, answers.mesh), supposedOf(options));
  const answered = calls.map((call) => {
    const explained = answers.explain(
      call,
      supposed,
      !options.brief && calls.length <= mostExplained,
    );
    if ('message' in explained) throw new CannotDo(explained.message, explained.remedy);
    return explained;
  });
  const explanations = answered.flat();
  const numbers =
    options.calls === undefined ? [] : answered.flatMap((ones, i) => ones.map(() => i + 1));
  const paint = await paintFor(world, world.stdout, options.color);
  world.stdout.write(render({ explanations, numbers, reaches }, options, paint));
  return holds(asked, explanations, assertions) ? 0 : 1;
}

function meant(result: ReturnType<typeof callsMeant>, supposed: readonly string[]): Meant {
  if ('message' in result) throw new CannotDo(result.message, result.remedy);
  return { calls: result.calls, supposed: [...supposed, ...result.supposed] };
}

function reachesOf(text: string, { mesh, ask }: Explainer): Reach[] {
  const name = parseRuleName(text);
  if (name === null)
    throw new CannotDo(
      `--rule ${text} names no rule`,
      'Write namespace/name for all rules of a VirtualService, namespace/name#2 for its second.',
    );
  const rules = rulesNamed(name, mesh);
  if (rules.length > 0) return rules.map((rule) => reach(rule, mesh, ask));
  const { message, remedy } = missingRule(name, mesh);
  throw new CannotDo(message, remedy);
}

function witnesses(reaches: readonly Reach[]): Meant {
  const calls = reaches.flatMap((found) => (found.kind === 'reached' ? [found.verdict.call] : []));
  return { calls, supposed: [] };
}

function callsOfFile({ world }: Asked, name: string, { mesh }: Explainer): Meant {
  const source = readFile(world.files, { name, path: resolve(world.cwd, name) });
  if ('message' in source) throw new CannotDo(`${name}: ${source.message}`, source.remedy);
  const { calls, findings } = readCalls(source);
  const [finding] = findings;
  if (finding !== undefined)
    throw new CannotDo(`${locationOf(finding.span)}: ${finding.message}`, finding.help);
  return {
    supposed: [],
    calls: calls.map((described) => {
      const call = callOf(described, mesh);
      if (typeof call === 'string') throw new CannotDo(`${locationOf(described.span)}: ${call}`);
      return call;
    }),
  };
}

function render(
  report: Required<ExplanationReport>,
  { output, brief }: Asked['options'],
  paint: Paint,
): string {
  const { explanations, reaches } = report;
  switch (output) {
    case 'json':
      return explanationsAsJson(report);
    case 'yaml':
      return explanationsAsYaml(report);
    case 'mermaid':
      return explanationsAsMermaid(explanations);
    case 'text':
      return `${reachesAsText(reaches, paint)}${explanationsAsText(explanations, paint, brief)}`;
  }
}

/** Only --expect makes an answer wrong. */
function holds(
  { world, options }: Asked,
  explanations: readonly Explanation[],
  assertions: ReturnType<typeof readAssertions>,
): boolean {
  if (options.expect.length === 0) return true;
  let good = explanations.length > 0;
  if (!good) world.stderr.write('tcpmesh: nothing was answered that could be as expected\n');
  for (const { verdict } of explanations)
    for (const line of unmet(assertions, verdict)) {
      good = false;
      world.stderr.write(`tcpmesh: ${targetInWords(verdict.call)}: ${line}\n`);
    }
  return good;
}
