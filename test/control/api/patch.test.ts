/** Patches: JSON (RFC 6902), merge (RFC 7386, its own examples), strategic merge, server-side apply. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findByKind } from '../../../src/control/api/api-kind.ts';
import { applyJsonPatch } from '../../../src/control/api/patch/json-patch.ts';
import { applyMergePatch } from '../../../src/control/api/patch/merge-patch.ts';
import { serverSideApply } from '../../../src/control/api/patch/server-side-apply.ts';
import { applyStrategicMerge } from '../../../src/control/api/patch/strategic-merge.ts';
import { schemaOf } from '../../../src/control/api/schema/kind-schemas.ts';
import type { JsonObject, JsonValue } from '../../../src/control/json.ts';

const seed = 20260726;

describe('JSON patch', () => {
  it.each<[string, JsonValue, JsonValue, JsonValue]>([
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds into a list', [1, 3], [{ op: 'add', path: '/1', value: 2 }], [1, 2, 3]],
    ['adds at the end', [1], [{ op: 'add', path: '/-', value: 2 }], [1, 2]],
    ['removes', { a: { b: 1, c: 2 } }, [{ op: 'remove', path: '/a/b' }], { a: { c: 2 } }],
    ['moves', { a: [1], b: 2 }, [{ op: 'move', from: '/b', path: '/a/0' }], { a: [2, 1] }],
    ['copies', { a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
    ['tests', { a: [1] }, [{ op: 'test', path: '/a', value: [1] }], { a: [1] }],
    [
      'reads escapes',
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'replace', path: '/a~1b', value: 3 },
        { op: 'remove', path: '/m~0n' },
      ],
      { 'a/b': 3 },
    ],
  ])('%s', (_name, target, patch, result) => {
    expect(applyJsonPatch(target, patch)).toEqual(result);
  });

  it.each<[string, JsonValue]>([
    ['a member that is not there', [{ op: 'replace', path: '/no', value: 1 }]],
    ['a place beyond the list', [{ op: 'add', path: '/l/5', value: 1 }]],
    ['a way through a number', [{ op: 'add', path: '/n/x/y', value: 1 }]],
    ['a test that fails', [{ op: 'test', path: '/n', value: 2 }]],
    ['an unknown operation', [{ op: 'mix', path: '/n' }]],
    ['no list', { op: 'add', path: '/x', value: 1 }],
    ['the prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }]],
  ])('refuses %s', (_name, patch) => {
    expect(() => applyJsonPatch({ n: 1, l: [1] }, patch)).toThrow();
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('bounds what copies of copies add', () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
    expect(() => applyJsonPatch({ a: ['x'] }, doubling)).toThrow(/larger/);
  });
});

describe('merge patch', () => {
  it.each<[JsonValue, JsonValue, JsonValue]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j', (target, patch, result) => {
    expect(applyMergePatch(target, patch)).toEqual(result);
  });

  it('twice is once', () => {
    const object = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.jsonValue(),
    ) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const once = applyMergePatch(target, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
      }),
      { seed },
    );
  });
});

describe('strategic merge', () => {
  const service = schemaOf('Service');
  const ports = (...numbers: number[]): JsonObject => ({
    spec: { ports: numbers.map((port) => ({ port, name: `p${port}` })) },
  });
  const merge = (target: JsonObject, patch: JsonObject): JsonObject =>
    applyStrategicMerge(service, target, patch);

  it('joins lists by their key, and leaves what it does not name', () => {
    expect(
      merge(ports(80, 81), { spec: { ports: [{ port: 81, name: 'new' }, { port: 82 }] } }),
    ).toEqual({
      spec: { ports: [{ port: 80, name: 'p80' }, { port: 81, name: 'new' }, { port: 82 }] },
    });
  });
  it('deletes an item, and replaces a list or a map', () => {
    expect(merge(ports(80, 81), { spec: { ports: [{ port: 80, $patch: 'delete' }] } })).toEqual(
      ports(81),
    );
    expect(merge(ports(80, 81), { spec: { ports: [{ $patch: 'replace' }, { port: 9 }] } })).toEqual(
      { spec: { ports: [{ port: 9 }] } },
    );
    expect(
      merge(
        { spec: { selector: { a: '1' } } },
        { spec: { selector: { b: '2', $patch: 'replace' } } },
      ),
    ).toEqual({ spec: { selector: { b: '2' } } });
  });
  it('orders items as asked, the others staying by their neighbours', () => {
    const patch = { spec: { '$setElementOrder/ports': [{ port: 82 }, { port: 80 }] } };
    expect(merge(ports(80, 81, 82), patch)).toEqual(ports(82, 80, 81));
  });
  it('retains keys, and treats lists without a key as one value', () => {
    const deployment = schemaOf('Deployment');
    expect(
      applyStrategicMerge(
        deployment,
        { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
        { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      ),
    ).toEqual({ spec: { strategy: { type: 'Recreate' } } });
    const args = (words: string[]): JsonObject => ({
      spec: { template: { spec: { containers: [{ name: 'c', args: words }] } } },
    });
    expect(applyStrategicMerge(deployment, args(['1', '2']), args(['3']))).toEqual(args(['3']));
  });
  it('keeps finalizers as a set', () => {
    const metadata = (finalizers: string[]): JsonObject => ({ metadata: { finalizers } });
    expect(merge(metadata(['a']), metadata(['b', 'a']))).toEqual(metadata(['a', 'b']));
    expect(
      merge(metadata(['a', 'b']), { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }),
    ).toEqual(metadata(['b']));
  });
  it('refuses an item without its key', () => {
    expect(() => merge(ports(80), { spec: { ports: [{ name: 'x' }] } })).toThrow(/merge key: port/);
  });
});

describe('server-side apply', () => {
  const kind = findByKind('', 'Service');
  if (kind === undefined) throw new Error('no Services');
  const apply = (
    before: JsonObject | undefined,
    applied: JsonObject,
    fieldManager = 'me',
    force = false,
  ): JsonObject =>
    serverSideApply({ kind, before, applied, fieldManager, force, time: '2026-01-01T00:00:00Z' });
  const object = (spec: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec,
  });

  it('takes away what its manager no longer applies, and nothing else', () => {
    const first = apply(undefined, object({ type: 'ClusterIP', selector: { a: '1', b: '2' } }));
    const other = apply(first, object({ sessionAffinity: 'None' }), 'other');
    const second = apply(other, object({ selector: { a: '1' } }));
    expect(second.spec).toEqual({ selector: { a: '1' }, sessionAffinity: 'None' });
  });
  it('tells of a conflict, and takes the field over when forced', () => {
    const first = apply(undefined, object({ type: 'ClusterIP' }));
    expect(() => apply(first, object({ type: 'NodePort' }), 'other')).toThrow(
      /conflict with "me": \.spec\.type/,
    );
    const forced = apply(first, object({ type: 'NodePort' }), 'other', true);
    expect(forced.spec).toEqual({ type: 'NodePort' });
    expect(() => apply(forced, object({ type: 'ClusterIP' }))).toThrow(/conflict with "other"/);
  });
  it('shares a field that two managers set alike', () => {
    const first = apply(undefined, object({ type: 'ClusterIP' }));
    const both = apply(first, object({ type: 'ClusterIP' }), 'other');
    expect(apply(both, object({})).spec).toEqual({ type: 'ClusterIP' });
  });
});
