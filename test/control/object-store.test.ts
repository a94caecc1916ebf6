/** The store: transactions, versions, generations, history, controllers. */
import { describe, expect, it } from 'vitest';
import {
  type Controller,
  createObjectStore,
  keyOf,
  meshSources,
  type NewObject,
  type StoreEvent,
} from '../../src/control/index.ts';

const start = Date.parse('2026-01-02T03:04:05.678Z');

function makeStore(options: { controllers?: readonly Controller[]; historyMax?: number } = {}) {
  let ids = 0;
  return createObjectStore({
    now: () => start,
    uid: () => {
      ids += 1;
      return `uid-${ids}`;
    },
    ...options,
  });
}

const service = (name: string, port: number, namespace = 'default'): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { ports: [{ port }] },
});

describe('object store', () => {
  it('sets uid, version, generation and time, and keeps them over a replacement', () => {
    const store = makeStore();
    store.transact((tx) => tx.put(service('a', 1)));
    const first = store.get(keyOf(service('a', 1)));
    expect(first?.metadata).toMatchObject({
      uid: 'uid-1',
      generation: 1,
      creationTimestamp: '2026-01-02T03:04:05Z',
      resourceVersion: String(store.version()),
    });
    store.transact((tx) => tx.put(service('a', 2)));
    const second = store.get(keyOf(service('a', 1)));
    expect(second?.metadata).toMatchObject({ uid: 'uid-1', generation: 2 });
    expect(Number(second?.metadata.resourceVersion)).toBe(
      Number(first?.metadata.resourceVersion) + 1,
    );
  });

  it('counts labels as a change, but not as a new generation, and nothing as no change', () => {
    const store = makeStore();
    store.transact((tx) => tx.put(service('a', 1)));
    const seen: StoreEvent[] = [];
    store.subscribe((events) => seen.push(...events));
    store.transact((tx) => tx.put(service('a', 1)));
    expect(seen).toEqual([]);
    store.transact((tx) =>
      tx.put({
        ...service('a', 1),
        metadata: { name: 'a', namespace: 'default', labels: { x: 'y' } },
      }),
    );
    expect(seen.map((event) => [event.type, event.object.metadata.generation])).toEqual([
      ['MODIFIED', 1],
    ]);
  });

  it('is as it was when a transaction throws or is a dry run', () => {
    const store = makeStore();
    const before = store.version();
    expect(() =>
      store.transact((tx) => {
        tx.put(service('a', 1));
        throw new Error('refused');
      }),
    ).toThrow('refused');
    const made = store.transact((tx) => tx.put(service('b', 1)), { dryRun: true });
    expect(made.metadata.name).toBe('b');
    expect(store.all()).toEqual([]);
    expect(store.version()).toBe(before);
  });

  it('tells its listeners of a transaction once, in order of versions', () => {
    const store = makeStore();
    const batches: string[][] = [];
    store.subscribe((events) => batches.push(events.map(({ type, key }) => `${type} ${key.name}`)));
    store.transact((tx) => {
      tx.put(service('a', 1));
      tx.put(service('a', 2));
      tx.put(service('b', 1));
      tx.remove(keyOf(service('b', 1)));
    });
    store.transact((tx) => {
      tx.remove(keyOf(service('a', 1)));
      tx.put(service('a', 1));
    });
    expect(batches).toEqual([['ADDED a'], ['DELETED a', 'ADDED a']]);
  });

  it('remembers so many events and says when a version is too old or not yet there', () => {
    const store = makeStore({ historyMax: 4 });
    const from = store.version();
    for (let port = 1; port <= 8; port += 1) store.transact((tx) => tx.put(service('a', port)));
    expect(store.since(from)?.length).toBe(8);
    store.transact((tx) => tx.put(service('a', 9)));
    expect(store.since(from)).toBeNull();
    expect(store.since(store.version() - 2)?.map(({ type }) => type)).toEqual([
      'MODIFIED',
      'MODIFIED',
    ]);
    expect(store.since(store.version())).toEqual([]);
    expect(store.since(store.version() + 1)).toBeNull();
  });

  it('runs controllers of the kinds that changed, in the same transaction', () => {
    const mirror: Controller = {
      name: 'mirror',
      kinds: ['Service'],
      settle: (tx) => {
        for (const { metadata } of tx.list('', 'Service'))
          tx.put({
            apiVersion: 'v1',
            kind: 'Endpoints',
            metadata: { name: metadata.name, namespace: 'default' },
          });
      },
    };
    const store = makeStore({ controllers: [mirror] });
    const batches: string[][] = [];
    store.subscribe((events) => batches.push(events.map(({ key }) => key.kind)));
    store.transact((tx) => tx.put(service('a', 1)));
    expect(batches).toEqual([['Service', 'Endpoints']]);
  });

  it('lists by namespace and name, whatever the order of writing', () => {
    const store = makeStore();
    store.transact((tx) => {
      tx.put(service('b', 1));
      tx.put(service('a', 1, 'zoo'));
      tx.put(service('a', 1));
    });
    expect(
      store.list('', 'Service').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    ).toEqual(['default/a', 'default/b', 'zoo/a']);
    expect(store.list('', 'Service', 'zoo').length).toBe(1);
  });

  it('renders the same Source for an object that did not change', () => {
    const store = makeStore();
    store.transact((tx) => {
      tx.put(service('a', 1));
      tx.put(service('b', 1));
    });
    const [a, b] = meshSources(store);
    store.transact((tx) => tx.put(service('b', 2)));
    const after = meshSources(store);
    expect(after[0]).toBe(a);
    expect(after[1]).not.toBe(b);
    expect(JSON.parse(after[1]?.text ?? '').spec.ports[0].port).toBe(2);
  });

  it('goes on where a restored store ended', () => {
    const store = makeStore();
    store.transact((tx) => tx.put(service('a', 1)));
    const again = createObjectStore({
      now: () => start - 3_600_000,
      uid: () => 'other',
      restored: store.all(),
    });
    expect(again.all()).toEqual(store.all());
    expect(again.version()).toBe(store.version());
  });
});
