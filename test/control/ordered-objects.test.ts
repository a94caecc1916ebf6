import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderedObjects } from '../../src/control/ordered-objects.ts';
import { controllerUid, type StoredObject } from '../../src/control/stored-object.ts';

type Write = {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: StoredObject | null;
};

const few = (...texts: string[]) => fc.constantFrom(...texts);

const write: fc.Arbitrary<Write> = fc
  .record({
    kind: few('Pod', 'Service'),
    namespace: few('', 'a', 'b'),
    name: few('x', 'x-1', 'y', 'a', 'z'),
    gone: fc.boolean(),
    owner: fc.option(few('u1', 'u2'), { nil: undefined }),
    labels: fc.dictionary(few('app', 'version'), few('one', 'two')),
  })
  .map(({ kind, namespace, name, gone, owner, labels }) => ({
    kind,
    namespace,
    name,
    object: gone ? null : objectOf(kind, namespace, name, owner, labels),
  }));

function objectOf(
  kind: string,
  namespace: string,
  name: string,
  owner: string | undefined,
  labels: Readonly<Record<string, string>>,
): StoredObject {
  const owners = owner === undefined ? {} : { ownerReferences: [{ uid: owner, controller: true }] };
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      ...(namespace === '' ? {} : { namespace }),
      uid: `${namespace}/${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels,
      ...owners,
    },
  };
}

/** All that was written last, sorted and searched from the first to the last: slow and plain. */
class Plainly {
  readonly #written = new Map<string, Write>();

  write(one: Write): void {
    this.#written.set(`${one.kind}/${one.namespace}/${one.name}`, one);
  }

  list(kind: string, namespace?: string): StoredObject[] {
    return [...this.#written.values()]
      .filter((one) => one.kind === kind && (namespace ?? one.namespace) === one.namespace)
      .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name))
      .flatMap(({ object }) => object ?? []);
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const step = fc.oneof(
  { weight: 3, arbitrary: write.map((written) => ({ does: 'write' as const, written })) },
  { weight: 2, arbitrary: fc.constant({ does: 'look' as const }) },
  { weight: 1, arbitrary: fc.constant({ does: 'begin' as const }) },
);

test('lists and look-ups are those of all that was written, whenever they are asked for and on whatever base', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let objects = new OrderedObjects();
      const plainly = new Plainly();
      for (const one of [...steps, { does: 'look' as const }])
        if (one.does === 'begin') objects = new OrderedObjects(objects);
        else if (one.does === 'look') expectSame(objects, plainly);
        else {
          const { kind, namespace, name, object } = one.written;
          objects.write({ group: '', kind, namespace, name }, object);
          plainly.write(one.written);
        }
    }),
    { numRuns: 300 },
  );
});

function expectSame(objects: OrderedObjects, plainly: Plainly): void {
  for (const kind of ['Pod', 'Service', 'Endpoints']) {
    expect(objects.list('', kind)).toEqual(plainly.list(kind));
    for (const namespace of ['', 'a', 'b', 'c']) {
      const where = { group: '', kind, namespace };
      const present = plainly.list(kind, namespace);
      expect(objects.list('', kind, namespace)).toEqual(present);
      for (const uid of ['u1', 'u2', undefined])
        expect(objects.controlledBy(where, uid)).toEqual(
          present.filter((object) => controllerUid(object) === uid),
        );
      for (const labels of [{}, { app: 'one' }, { app: 'one', version: 'two' }, { app: 'none' }])
        expect(objects.labelled(where, labels)).toEqual(
          present.filter((object) => hasLabels(object, labels)),
        );
    }
  }
}

function hasLabels(object: StoredObject, labels: Readonly<Record<string, string>>): boolean {
  const own = object.metadata.labels as Readonly<Record<string, string>>;
  return Object.entries(labels).every(([name, value]) => own[name] === value);
}

test('a list that was given out stays as it was', () => {
  const objects = new OrderedObjects();
  const key = (name: string) => ({ group: '', kind: 'Pod', namespace: 'a', name });
  objects.write(key('x'), objectOf('Pod', 'a', 'x', undefined, {}));
  const before = objects.list('', 'Pod', 'a');
  objects.write(key('w'), objectOf('Pod', 'a', 'w', undefined, {}));
  objects.write(key('x'), null);
  expect(before.map(({ metadata }) => metadata.name)).toEqual(['x']);
  expect(objects.list('', 'Pod', 'a').map(({ metadata }) => metadata.name)).toEqual(['w']);
});
