/** `--expect subset=v2,outcome=routed`: what a script wants of an answer, in one line. */
import type { DestinationShare, Verdict } from '../routing/index.ts';
import { closest, listed } from '../text/index.ts';
import { outcomes } from './read-expectation.ts';
import { type ExpectedRule, parseRuleName, ruleNumber } from './test-file.ts';

const keys = [
  'outcome',
  'rule',
  'host',
  'subset',
  'port',
  'cluster',
  'endpoint',
  'problem',
] as const;
type Key = (typeof keys)[number];

/** value: as written; `none` stands for no rule, no subset, no problem. */
export type Assertion = { readonly key: Key; readonly value: string };

/** The assertions of one `--expect`, or what is wrong with it. */
export function parseAssertions(text: string): readonly Assertion[] | string {
  const assertions: Assertion[] = [];
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const key = keys.find((known) => known === part.slice(0, equals).trim());
    const value = part.slice(equals + 1).trim();
    if (equals === -1) return `${JSON.stringify(part)} is no key=value`;
    if (key === undefined) return unknownKey(part.slice(0, equals).trim());
    if (key === 'outcome' && !outcomes.some((outcome) => outcome === value))
      return `outcome ${JSON.stringify(value)} is none of ${outcomes.join(', ')}`;
    if (key === 'rule' && value !== 'none' && parseRuleName(value) === null)
      return `rule ${JSON.stringify(value)} is not namespace/name, namespace/name#2 or none`;
    assertions.push({ key, value });
  }
  return assertions;
}

function unknownKey(key: string): string {
  const near = closest(key, keys);
  const help = near === null ? `known are ${keys.join(', ')}` : `did you mean ${near}?`;
  return `unknown key ${JSON.stringify(key)}: ${help}`;
}

/** What of the verdict is not as asserted, in words; empty when all is. A call must be routed unless an outcome is asked for. */
export function unmet(assertions: readonly Assertion[], verdict: Verdict): string[] {
  const implied: Assertion = { key: 'outcome', value: 'routed' };
  const all = assertions.some(({ key }) => key === 'outcome')
    ? assertions
    : [implied, ...assertions];
  return all.flatMap((assertion) => {
    const actual = actualOf(assertion, verdict);
    return actual === null ? [] : [`expected ${assertion.key} ${assertion.value}, got ${actual}`];
  });
}

/** Null where the assertion holds. What speaks of destinations has to hold for every one that gets a share. */
function actualOf({ key, value }: Assertion, verdict: Verdict): string | null {
  switch (key) {
    case 'outcome':
      return verdict.outcome === value ? null : verdict.outcome;
    case 'rule':
      return ruleFits(value, verdict) ? null : ruleText(verdict);
    case 'host':
      return every(
        verdict,
        ({ host }) => host,
        (host) => host === value || host.startsWith(`${value}.`),
      );
    case 'subset':
      return every(
        verdict,
        ({ subset }) => subset || 'none',
        (subset) => subset === value,
      );
    case 'port':
      return every(
        verdict,
        ({ port }) => String(port),
        (port) => port === value,
      );
    case 'cluster':
      return every(
        verdict,
        ({ cluster }) => cluster,
        (cluster) => cluster === value,
      );
    case 'problem':
      return every(
        verdict,
        ({ problem }) => problem ?? 'none',
        (problem) => problem === value,
      );
    case 'endpoint': {
      const addresses = verdict.destinations.flatMap(({ endpoints }) =>
        endpoints.map(({ address }) => address),
      );
      const other = addresses.filter((address) => address !== value);
      return addresses.length > 0 && other.length === 0 ? null : list(addresses);
    }
  }
}

function every(
  { destinations }: Verdict,
  of: (destination: DestinationShare) => string,
  fits: (value: string) => boolean,
): string | null {
  const values = [...new Set(destinations.map(of))];
  return values.length > 0 && values.every(fits) ? null : list(values);
}

function list(values: readonly string[]): string {
  return values.length === 0 ? 'none' : listed(values, values.length);
}

function ruleFits(value: string, { rule }: Verdict): boolean {
  if (value === 'none' || rule === null) return value === 'none' && rule === null;
  const wanted: ExpectedRule | null = parseRuleName(value);
  return (
    wanted !== null &&
    wanted.namespace === rule.namespace &&
    wanted.name === rule.name &&
    (wanted.number === null || wanted.number === ruleNumber(rule.path))
  );
}

function ruleText({ rule }: Verdict): string {
  if (rule === null) return 'none';
  const list = rule.path.startsWith('spec.tls') ? ' of its tls list' : '';
  return `${rule.namespace}/${rule.name}#${ruleNumber(rule.path)}${list}`;
}
