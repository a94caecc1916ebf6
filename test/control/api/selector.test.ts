/** Label and field selectors. */
import { describe, expect, it } from 'vitest';
import { parseFieldSelector, parseLabelSelector } from '../../../src/control/api/selector.ts';
import { ageOf, duration } from '../../../src/control/api/table/age.ts';
import type { StoredObject } from '../../../src/control/stored-object.ts';

const pod = (labels: Record<string, string>, phase = 'Running'): StoredObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '',
    labels,
  },
  status: { phase },
});

describe('label selector', () => {
  it.each([
    ['a=1', { a: '1' }, true],
    ['a==1', { a: '2' }, false],
    ['a!=1', {}, true],
    ['a in (1, 2)', { a: '2' }, true],
    ['a in (1,2)', {}, false],
    ['a notin (1)', {}, true],
    ['a notin (1)', { a: '1' }, false],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['a=1,!b,c in (x,y)', { a: '1', c: 'y' }, true],
    ['app.kubernetes.io/name=web', { 'app.kubernetes.io/name': 'web' }, true],
    ['a=', { a: '' }, true],
    ['constructor', {}, false],
  ] as const)('%s of %j is %s', (text, labels, matches) => {
    expect(parseLabelSelector(text)(pod(labels))).toBe(matches);
  });
  it.each(['a in (1', 'a=1 2', '=x', 'a in', '?'])('refuses %s', (text) => {
    expect(() => parseLabelSelector(text)).toThrow();
  });
});

describe('field selector', () => {
  it.each([
    ['metadata.name=p', true],
    ['metadata.namespace!=n', false],
    ['status.phase=Running,metadata.name==p', true],
    ['spec.nodeName=', true],
  ] as const)('%s is %s', (text, matches) => {
    expect(parseFieldSelector(text, 'Pod')(pod({}))).toBe(matches);
  });
  it('refuses fields that are not selected by', () => {
    expect(() => parseFieldSelector('spec.replicas=1', 'Pod')).toThrow(/field label not supported/);
  });
});

describe('age', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [125, '2m5s'],
    [600, '10m'],
    [3 * 3600 - 1, '179m'],
    [3 * 3600, '3h'],
    [3 * 3600 + 60, '3h1m'],
    [8 * 3600, '8h'],
    [47 * 3600, '47h'],
    [2 * 86_400 + 3600, '2d1h'],
    [8 * 86_400, '8d'],
    [730 * 86_400, '2y'],
    [-5, '<invalid>'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
  it('of no time is unknown', () => {
    expect(ageOf('', 0)).toBe('<unknown>');
  });
});
