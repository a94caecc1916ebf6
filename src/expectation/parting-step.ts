/** The first step of a trace that leads away from what was expected: where to look when a test fails. */
import type { Step, Verdict } from '../routing/index.ts';
import { type Expectation, ruleNumber } from './test-file.ts';

/**
 * An expected rule that was not taken: the step that turned it (or its VirtualService) away. Another outcome or other destinations
 * than expected: the step that took the rule or the way that they come from. Null where the trace says nothing nearer.
 */
export function partingStep(expect: Expectation, verdict: Verdict): Step | null {
  return turnedAway(expect, verdict) ?? tookOver(verdict);
}

function turnedAway({ rule }: Expectation, verdict: Verdict): Step | null {
  if (rule === undefined || rule === null) return null;
  const taken = verdict.rule;
  if (
    taken !== null &&
    taken.namespace === rule.namespace &&
    taken.name === rule.name &&
    (rule.number === null || rule.number === ruleNumber(taken.path))
  )
    return null;
  const name = `${rule.namespace}/${rule.name}`;
  const about = verdict.steps.filter((step) => concerns(step, name));
  const numbered = about.filter(
    (step) => rule.number !== null && numberIn(step.subject) === rule.number,
  );
  const away = (step: Step): boolean => step.result === 'rejected' || step.result === 'shadowed';
  return nearest(numbered.filter(away)) ?? nearest(about.filter(away));
}

/** The match that failed says more than the rule that has it. */
function nearest(steps: readonly Step[]): Step | null {
  return steps.find(({ stage }) => stage === 'match') ?? steps[0] ?? null;
}

/** `default/echo`, `default/echo spec.tcp[0]`, `default/echo spec.tcp[0].match[1]`. */
function concerns(step: Step, name: string): boolean {
  return step.subject === name || step.subject.startsWith(`${name} `);
}

function numberIn(subject: string): number | null {
  return ruleNumber(subject.slice(subject.indexOf(' ') + 1));
}

const decisive: readonly Step['stage'][] = ['rule', 'filter-chain', 'listener', 'gateway', 'name'];

function tookOver(verdict: Verdict): Step | null {
  const broken = verdict.steps.find(
    ({ stage, result }) => (stage === 'endpoints' || stage === 'name') && result === 'rejected',
  );
  if (broken !== undefined) return broken;
  for (const stage of decisive) {
    const found = verdict.steps.findLast((step) => step.stage === stage && step.result === 'taken');
    if (found !== undefined) return found;
  }
  return verdict.steps.at(-1) ?? null;
}
