/** Decodes what a test file expects of a connection. */
import type { Outcome, Problem } from '../routing/index.ts';
import { type Found, type NodeReader, spanOf } from './node-reader.ts';
import {
  type Expectation,
  type ExpectedDestination,
  type ExpectedRule,
  parseRuleName,
} from './test-file.ts';

export const outcomes: readonly Outcome[] = [
  'routed',
  'passthrough',
  'blackhole',
  'no-listener',
  'no-filter-chain',
  'listener-rejected',
  'http',
];
const problems: readonly Problem[] = ['no-such-cluster', 'no-endpoints'];

export function readExpectation(found: Found, reader: NodeReader): Expectation | null {
  const fields = reader.fields(found, ['outcome', 'rule', 'destinations']);
  if (fields === null) return null;
  const rule = fields.get('rule');
  return {
    span: spanOf(found.node),
    outcome: reader.oneOf(fields.get('outcome'), outcomes),
    rule: rule === undefined ? (fields.given('rule') ? null : undefined) : readRule(rule, reader),
    destinations: reader
      .items(fields.get('destinations'))
      ?.flatMap((item) => readDestination(item, reader) ?? []),
  };
}

function readRule(found: Found, reader: NodeReader): ExpectedRule | undefined {
  const text = reader.text(found);
  if (text === undefined) return undefined;
  const rule = parseRuleName(text);
  if (rule !== null) return rule;
  reader.report(
    found,
    `rule ${JSON.stringify(text)} names no VirtualService`,
    "Write namespace/name (and #2 for its second rule), or null for the service's own cluster.",
  );
  return undefined;
}

function readDestination(found: Found, reader: NodeReader): ExpectedDestination | null {
  const keys = ['host', 'port', 'subset', 'weight', 'endpoints', 'problem'];
  const fields = reader.fields(found, keys);
  if (fields === null) return null;
  const problem = fields.get('problem');
  return {
    host: reader.text(fields.get('host')),
    port: reader.integer(fields.get('port'), 1, 65535),
    subset: reader.text(fields.get('subset')),
    weight: reader.integer(fields.get('weight'), 0, 2 ** 31 - 1),
    endpoints: reader.items(fields.get('endpoints'))?.flatMap((item) => reader.text(item) ?? []),
    problem:
      problem === undefined
        ? fields.given('problem')
          ? null
          : undefined
        : reader.oneOf(problem, problems),
  };
}
