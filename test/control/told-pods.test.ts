/** The mesh follows the Pods of the store: relabelled, not ready, let go by what made them, taken over, replaced. */
import { describe, expect, it } from 'vitest';
import {
  createClusterStore,
  keyOf,
  meshSources,
  type NewObject,
  takeSnapshot,
} from '../../src/control/index.ts';
import { objectAt, stringsAt, textAt, without } from '../../src/control/json.ts';
import { followReplacedPods } from '../../src/control/replaced-pods.ts';

function makeStore() {
  let ids = 0;
  let chance = 0;
  const store = createClusterStore({
    now: () => Date.parse('2026-01-02T03:04:05Z'),
    random: () => {
      chance = (chance + 0.37) % 1;
      return chance;
    },
    standIns: false,
    uid: () => {
      ids += 1;
      return `uid-${ids}`;
    },
  });
  const pods = () => store.list('', 'Pod', 'default');
  const pod = (name: string) => {
    const found = pods().find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`no Pod ${name}`);
    return found;
  };
  return {
    store,
    put: (...objects: readonly NewObject[]) =>
      store.transact((tx) => {
        for (const object of objects) tx.put(object);
      }),
    names: () => pods().map(({ metadata }) => metadata.name),
    owners: () =>
      pods().map(
        ({ metadata: { name, ownerReferences } }) =>
          `${name}${ownerReferences === undefined ? '' : ' owned'}`,
      ),
    label: (name: string, labels: { readonly [key: string]: string }) =>
      store.transact((tx) => {
        const before = pod(name);
        tx.put({
          ...before,
          metadata: {
            ...before.metadata,
            labels: { ...stringsAt(before.metadata, 'labels'), ...labels },
          },
        });
      }),
    setReady: (name: string, status: 'True' | 'False') =>
      store.transact((tx) => {
        const before = pod(name);
        tx.put({
          ...before,
          status: { ...objectAt(before, 'status'), conditions: [{ type: 'Ready', status }] },
        });
      }),
    remove: (name: string) =>
      store.transact((tx) => tx.remove({ group: '', kind: 'Pod', namespace: 'default', name })),
    /** `name version address state owner` of each workload of the mesh that reads the store. */
    workloads: () =>
      takeSnapshot(meshSources(store), {
        defaultNamespace: 'default',
        standIns: false,
      }).mesh.workloads.map(({ name, labels, ip, state, owner }) => {
        const stored = pods().find((one) => textAt(one, 'status', 'podIP') === ip);
        const where = stored === undefined ? ' elsewhere' : '';
        return `${name} ${labels.version} ${state} ${owner?.name ?? 'alone'}${where}`;
      }),
  };
}

const set = (kind: string, name: string, replicas: number, version = 'v1'): NewObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'echo', version } },
    template: {
      metadata: { labels: { app: 'echo', version } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    },
  },
});

const byHand = (name: string, version: string): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'echo', version } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
});

describe('a replica', () => {
  it('is what the mesh starts from the template, as long as nobody changes it', () => {
    const { put, store, workloads } = makeStore();
    put(set('Deployment', 'echo', 2), set('StatefulSet', 'db', 1), set('DaemonSet', 'agent', 1));
    expect(
      meshSources(store)
        .map(({ name }) => name)
        .filter((name) => name.startsWith('pod/')),
    ).toEqual([]);
    expect(workloads()).toEqual([
      'agent-0 v1 ready agent',
      'echo-0 v1 ready echo',
      'echo-1 v1 ready echo',
      'db-0 v1 ready db',
    ]);
  });

  it('with a label more stays what it is, and has the label', () => {
    const { put, label, names, workloads, store } = makeStore();
    put(set('Deployment', 'echo', 1));
    const [name = ''] = names();
    label(name, { canary: 'yes' });
    expect(names()).toEqual([name]);
    expect(workloads()).toEqual(['echo-0 v1 ready echo']);
    expect(meshSources(store).some(({ text }) => text.includes('"canary": "yes"'))).toBe(true);
  });

  it('that the selector no longer selects is let go, keeps its name and address, and another is started', () => {
    const { put, label, names, owners, workloads } = makeStore();
    put(set('Deployment', 'echo', 2), set('Deployment', 'other', 1, 'v2'));
    const [name = ''] = names();
    label(name, { version: 'v2' });
    expect(owners().filter((one) => !one.endsWith(' owned'))).toEqual([name]);
    expect(names()).toHaveLength(4);
    expect(workloads().sort()).toEqual([
      'echo-0 v2 ready alone',
      'echo-1 v1 ready echo',
      'echo-2 v1 ready echo',
      'other-0 v2 ready other',
    ]);
    label(name, { version: 'v1' });
    expect(owners().every((one) => one.endsWith(' owned'))).toBe(true);
    expect(workloads()).toEqual([
      'echo-0 v1 ready echo',
      'echo-1 v1 ready echo',
      'other-0 v2 ready other',
    ]);
  });

  it('that its Deployment leaves behind is what it was, and is found by the next one', () => {
    const { put, names, workloads, store } = makeStore();
    put(set('Deployment', 'echo', 1));
    const [name] = names();
    const leave = (group: string, kind: string): void =>
      store.transact((tx) => {
        for (const one of [...tx.list('apps', 'ReplicaSet'), ...tx.list('', 'Pod')])
          tx.put({ ...one, metadata: without(one.metadata, 'ownerReferences') });
        for (const one of tx.list(group, kind)) tx.remove(keyOf(one));
      });
    leave('apps', 'Deployment');
    expect(workloads()[0]).toMatch(/^echo-0 v1 ready echo-/);
    put(set('Deployment', 'echo', 1));
    expect(names()).toEqual([name]);
    expect(workloads()).toEqual(['echo-0 v1 ready echo']);
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'])(
    'of a %s that is not ready is not ready in the mesh',
    (kind) => {
      const { put, setReady, names, workloads } = makeStore();
      put(set(kind, 'echo', 1));
      const [name = ''] = names();
      setReady(name, 'False');
      expect(workloads()).toEqual(['echo-0 v1 unready echo']);
      setReady(name, 'True');
      expect(workloads()).toEqual(['echo-0 v1 ready echo']);
    },
  );

  it('that a StatefulSet lets go leaves its name to nobody else', () => {
    const { put, label, owners, workloads } = makeStore();
    put(set('StatefulSet', 'db', 2));
    label('db-0', { version: 'v0' });
    expect(owners()).toEqual(['db-0', 'db-1 owned']);
    expect(workloads()).toEqual(['db-0 v0 ready alone', 'db-1 v1 ready db']);
  });
});

describe('a Pod by hand', () => {
  it('that is not ready is not ready in the mesh', () => {
    const { put, setReady, workloads } = makeStore();
    put(byHand('p', 'v1'));
    setReady('p', 'False');
    expect(workloads()).toEqual(['p v1 unready alone']);
  });

  it('stands beside the replicas of a Deployment, and is taken over by a ReplicaSet', () => {
    const { put, owners, workloads, store } = makeStore();
    put(byHand('p', 'v1'), set('Deployment', 'echo', 1));
    expect(owners()).toHaveLength(2);
    expect(owners()).toContain('p');
    expect(workloads()).toEqual(['p v1 ready alone', 'echo-0 v1 ready echo']);
    store.transact((tx) =>
      tx.remove({ group: 'apps', kind: 'Deployment', namespace: 'default', name: 'echo' }),
    );
    put(set('ReplicaSet', 'set', 2));
    expect(owners().every((one) => one.endsWith(' owned'))).toBe(true);
    expect(workloads().sort()).toEqual(['p v1 ready set', 'set-0 v1 ready set']);
  });

  it('on record is let alone', () => {
    const { put, owners } = makeStore();
    const status = { phase: 'Running', podIP: '10.1.1.1' };
    put({ ...byHand('p', 'v1'), status }, set('ReplicaSet', 'set', 1));
    expect(owners()).toContain('p');
  });
});

it('a set that does not select its own template, as a file may have it, has what it made', () => {
  const { put, names } = makeStore();
  const plain = set('ReplicaSet', 'set', 2);
  put({ ...plain, spec: { ...objectAt(plain, 'spec'), selector: { matchLabels: { app: 'x' } } } });
  expect(names()).toHaveLength(2);
});

it('Pods are told that went while another took their place', () => {
  const { put, remove, names, store } = makeStore();
  put(set('Deployment', 'echo', 1), set('StatefulSet', 'db', 1), byHand('p', 'v1'));
  const replaced = followReplacedPods(store);
  for (const name of names()) remove(name);
  expect([...replaced()].sort()).toEqual(['default/db-0', 'default/echo-0']);
  expect(replaced().size).toBe(0);
});
