/** Explanations as plain values: what `explain -o json` and `-o yaml` print. The contract that scripts rely on. */
import type { Explanation, NearMiss } from '../expectation/index.ts';
import type { Call, RuleRef, Step, Verdict, Viewpoint } from '../routing/index.ts';
import { positionOf } from '../text/index.ts';
import { type PlainValue, writeYaml } from '../yaml/index.ts';
import { changeInWords } from './change-in-words.ts';

/** schemaVersion 1. Ends in a line break. */
export function explanationsAsJson(explanations: readonly Explanation[]): string {
  return `${JSON.stringify(report(explanations), null, 2)}\n`;
}

export function explanationsAsYaml(explanations: readonly Explanation[]): string {
  return writeYaml(report(explanations));
}

function report(explanations: readonly Explanation[]): PlainValue {
  return {
    schemaVersion: 1,
    results: explanations.map(({ verdict, nearMisses, elsewhere, otherAges }) => ({
      ...verdictValue(verdict),
      steps: verdict.steps.map(stepValue),
      assumptions: verdict.assumptions,
      nearMisses: nearMisses.map(nearMissValue),
      elsewhere: elsewhere.map(({ namespaces, any, verdict: other }) => ({
        namespaces,
        any,
        ...answerValue(other),
      })),
      otherAges: otherAges.map(({ older, verdict: other }) => ({ older, ...answerValue(other) })),
    })),
  };
}

function verdictValue(verdict: Verdict): { readonly [key: string]: PlainValue | undefined } {
  return { call: callValue(verdict.call), ...answerValue(verdict) };
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

export function callValue({ from, to, sni, protocol }: Call): PlainValue {
  return {
    from: fromValue(from),
    to: { host: to.host, ip: to.ip, port: to.port },
    sni,
    protocol,
  };
}

function fromValue(from: Viewpoint): PlainValue {
  const { namespace, labels } = from;
  return from.kind === 'gateway' ? { gateway: { namespace, labels } } : { namespace, labels };
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
