/** `--expect`: what is understood, and what counts as met. */
import { describe, expect, it } from 'vitest';
import { parseAssertions, unmet } from '../../src/expectation/index.ts';
import type { DestinationShare, Verdict } from '../../src/routing/index.ts';

const span = { source: { name: 'x', text: '' }, start: 0, end: 0 };
const share = (subset: string, part: number): DestinationShare => ({
  cluster: `outbound|9000|${subset}|tcp-echo.default.svc.cluster.local`,
  host: 'tcp-echo.default.svc.cluster.local',
  subset,
  port: 9000,
  weight: undefined,
  share: part,
  endpoints: [{ address: '10.0.0.1:9000', workload: null, healthy: true }],
  problem: null,
});
const verdict: Verdict = {
  call: {
    from: { kind: 'sidecar', namespace: 'foo', labels: {} },
    to: { port: 9000 },
    protocol: 'tcp',
  },
  outcome: 'routed',
  rule: { kind: 'VirtualService', namespace: 'default', name: 'echo', path: 'spec.tcp[1]', span },
  destinations: [share('v2', 1)],
  steps: [],
  destinationSteps: [],
  assumptions: [],
};
const says = (text: string, over: Partial<Verdict> = {}): string[] => {
  const assertions = parseAssertions(text);
  if (typeof assertions === 'string') throw new Error(assertions);
  return unmet(assertions, { ...verdict, ...over });
};

describe('--expect', () => {
  it.each([
    'subset=v2',
    'outcome=routed,subset=v2',
    'rule=default/echo',
    'rule=default/echo#2',
    'host=tcp-echo',
    'host=tcp-echo.default',
    'host=tcp-echo.default.svc.cluster.local,port=9000',
    'endpoint=10.0.0.1:9000',
    'problem=none',
  ])('%s holds', (text) => {
    expect(says(text)).toEqual([]);
  });

  it.each([
    ['subset=v1', 'expected subset v1, got v2'],
    ['rule=default/echo#1', 'expected rule default/echo#1, got default/echo#2'],
    ['rule=none', 'expected rule none, got default/echo#2'],
    ['host=tcp', 'expected host tcp, got tcp-echo.default.svc.cluster.local'],
    ['problem=no-endpoints', 'expected problem no-endpoints, got none'],
  ])('%s does not hold', (text, message) => {
    expect(says(text)).toEqual([message]);
  });

  it('wants every share to be as said', () => {
    const destinations = [share('v1', 0.8), share('v2', 0.2)];
    expect(says('subset=v2', { destinations })).toEqual(['expected subset v2, got v1 and v2']);
  });

  it('wants a routed call unless another outcome is named', () => {
    const over = { outcome: 'passthrough', rule: null, destinations: [] } as const;
    expect(says('rule=none', over)).toEqual(['expected outcome routed, got passthrough']);
    expect(says('outcome=passthrough', over)).toEqual([]);
  });

  it.each([
    ['v2', '"v2" is no key=value'],
    ['subste=v2', 'unknown key "subste": did you mean subset?'],
    ['outcome=rooted', /is none of routed, passthrough/],
    ['rule=echo', /is not namespace\/name/],
  ])('%s is not understood', (text, message) => {
    expect(parseAssertions(text)).toMatch(message);
  });
});
