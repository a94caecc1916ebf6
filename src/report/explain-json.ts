/** Explanations as plain values: what `explain -o json` and `-o yaml` print. The contract that scripts rely on. */
import type { ConfigMiss, Explanation, NearMiss, Reach } from '../expectation/index.ts';
import type { Call, RuleRef, Step, Verdict, Viewpoint } from '../routing/index.ts';
import { positionOf } from '../text/index.ts';
import { type PlainValue, writeYaml } from '../yaml/index.ts';
import { assumptionsOf } from './assumption-text.ts';
import { changeInWords } from './change-in-words.ts';

/**
 * numbers: for each explanation the place, from 1, of the call that it answers among those of a file: a name with several addresses is
 * answered for each of them.
 */
export type ExplanationReport = {
  readonly explanations: readonly Explanation[];
  readonly numbers?: readonly number[];
  readonly reaches?: readonly Reach[];
};

/** schemaVersion 1. Ends in a line break. */
export function explanationsAsJson(given: ExplanationReport): string {
  return `${JSON.stringify(report(given), null, 2)}\n`;
}

export function explanationsAsYaml(given: ExplanationReport): string {
  return writeYaml(report(given));
}

function report({ explanations, numbers = [], reaches = [] }: ExplanationReport): PlainValue {
  return {
    schemaVersion: 1,
    results: explanations.map((explanation, i) => {
      const number = numbers[i];
      return { ...(number === undefined ? {} : { number }), ...resultValue(explanation) };
    }),
    ...(reaches.length === 0 ? {} : { rules: reaches.map(reachValue) }),
  };
}

function resultValue(explanation: Explanation): { readonly [key: string]: PlainValue | undefined } {
  const { verdict, address, nearMisses, configMisses, elsewhere, otherAges } = explanation;
  return {
    ...verdictValue(verdict, address),
    waypoint: waypointValue(verdict),
    steps: verdict.steps.map(stepValue),
    assumptions: [...explanation.doubts, ...assumptionsOf(explanation)],
    nearMisses: [...nearMisses.map(nearMissValue), ...configMisses.map(configMissValue)],
    elsewhere: elsewhere.map(({ namespaces, any, except, verdict: other }) => ({
      namespaces,
      any,
      ...(any ? { except } : {}),
      ...answerValue(other),
    })),
    otherAges: otherAges.map(({ older, verdict: other }) => ({ older, ...answerValue(other) })),
  };
}

function verdictValue(
  verdict: Verdict,
  address: string | null,
): { readonly [key: string]: PlainValue | undefined } {
  return { call: callValue(verdict.call, address), ...answerValue(verdict) };
}

function answerValue(verdict: Verdict): { readonly [key: string]: PlainValue | undefined } {
  return {
    outcome: verdict.outcome,
    rule: verdict.rule === null ? null : ruleValue(verdict.rule),
    destinations: verdict.destinations.map((destination) => ({
      cluster: destination.cluster,
      host: destination.host,
      subset: destination.subset,
      port: destination.port,
      weight: destination.weight,
      share: destination.share,
      endpoints: destination.endpoints.map(({ address }) => address),
      problem: destination.problem,
    })),
  };
}

function callValue({ from, to, sni, protocol }: Call, address: string | null): PlainValue {
  return {
    from: fromValue(from),
    to: { host: to.host, ip: to.ip ?? address ?? undefined, port: to.port },
    sni,
    protocol,
  };
}

function fromValue(from: Viewpoint): PlainValue {
  const { namespace, labels } = from;
  switch (from.kind) {
    case 'gateway':
      return { gateway: { namespace, labels } };
    case 'ambient':
      return { namespace, labels, mode: 'ambient' };
    case 'sidecar':
      return { namespace, labels };
  }
}

/** Left out where the client is not in ambient mode; null where the service has none. */
function waypointValue({ call, steps }: Verdict): PlainValue | undefined {
  if (call.from.kind !== 'ambient') return undefined;
  const [namespace, name] =
    steps.find(({ reason }) => reason === 'waypoint')?.subject.split('/') ?? [];
  return namespace === undefined || name === undefined ? null : { namespace, name };
}

function ruleValue({ kind, namespace, name, path, span }: RuleRef): PlainValue {
  const { line, column } = positionOf(span);
  return { kind, namespace, name, path, file: span.source.name, line, column };
}

function stepValue({ stage, subject, result, reason, message, span }: Step): PlainValue {
  const position = span === null ? null : positionOf(span);
  return {
    stage,
    subject,
    result,
    reason,
    message,
    file: span?.source.name ?? null,
    line: position?.line ?? null,
  };
}

function nearMissValue(miss: NearMiss): PlainValue {
  return {
    rule: ruleValue(miss.rule.ref),
    change: { ...miss.change },
    message: changeInWords(miss.change),
    outcome: miss.verdict.outcome,
    destinations: miss.verdict.destinations.map(({ cluster }) => cluster),
  };
}

function configMissValue({ change, verdict }: ConfigMiss): PlainValue {
  const { kind, namespace, name } = change.object;
  const { span, what, added } = change;
  const place = {
    file: span?.source.name ?? null,
    line: span === null ? null : positionOf(span).line,
  };
  return {
    rule: verdict.rule === null ? null : ruleValue(verdict.rule),
    change: { kind: change.kind, object: { kind, namespace, name }, what, ...place, added },
    message: change.what,
    outcome: verdict.outcome,
    destinations: verdict.destinations.map(({ cluster }) => cluster),
  };
}

/** What `--rule` found, one value a rule. call: a connection that reaches it, null where none does. */
function reachValue(found: Reach): PlainValue {
  const rule = ruleValue(found.rule.ref);
  if (found.kind === 'reached')
    return { rule, reached: true, call: callValue(found.verdict.call, null) };
  return {
    rule,
    reached: false,
    call: null,
    exhausted: found.exhausted,
    unaskable: found.unaskable,
    instead: found.instead.map(({ verdict, turnedAway }) => ({
      ...verdictValue(verdict, null),
      message: turnedAway?.message ?? null,
    })),
  };
}
