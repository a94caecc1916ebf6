/**
 * Objects by kind and namespace, in the order of their names. Controllers write and list in turn, thousands of times in a transaction:
 * a list costs what was written in its namespace since the last one, and a copy, but no sorting of all.
 */
import { stringsAt } from './json.ts';
import { controllerUid, type ObjectKey, type StoredObject } from './stored-object.ts';

/** Objects of one kind and namespace. */
export type KindInNamespace = Omit<ObjectKey, 'name'>;

type Kind = {
  readonly byNamespace: Map<string, InOrder>;
  /** Of all namespaces; until something of the kind is written. */
  all: readonly StoredObject[] | null;
};

/** written: by name, what is not in `sorted` yet; null for what has gone. traits: from the first time that one is asked for. */
type InOrder = {
  sorted: readonly StoredObject[];
  readonly written: Map<string, StoredObject | null>;
  traits: Traits | null;
};

export class OrderedObjects {
  readonly #kinds = new Map<string, Kind>();
  readonly #base: OrderedObjects | null;

  /** base: what is there beneath the writes to this one, which does not change meanwhile. */
  constructor(base: OrderedObjects | null = null) {
    this.#base = base;
  }

  /** object: null when it has gone. */
  write({ group, kind, namespace, name }: ObjectKey, object: StoredObject | null): void {
    const known = this.#kind(group, kind);
    known.all = null;
    const inOrder = this.#inOrder(known, group, kind, namespace);
    inOrder.written.set(name, object);
    inOrder.traits?.write(name, object);
  }

  /** By namespace, then name; of one namespace where that is given, '' for what has none. */
  list(group: string, kind: string, namespace?: string): readonly StoredObject[] {
    const known = this.#kinds.get(`${group} ${kind}`);
    if (known === undefined) return this.#base?.list(group, kind, namespace) ?? [];
    // Who asks for a namespace that has none of them leaves nothing behind.
    if (namespace !== undefined && !known.byNamespace.has(namespace))
      return this.#base?.list(group, kind, namespace) ?? [];
    if (namespace !== undefined) return finished(this.#inOrder(known, group, kind, namespace));
    known.all ??= [...this.#namespaces(group, kind)]
      .sort()
      .flatMap((one) => finished(this.#inOrder(known, group, kind, one)));
    return known.all;
  }

  /** By name: those that the object with this uid controls; of undefined, those that nobody does. */
  controlledBy(where: KindInNamespace, uid: string | undefined): readonly StoredObject[] {
    return this.#traits(where).having([controlled(uid)]);
  }

  /** By name: those with all these labels. Of none, all. */
  labelled(
    where: KindInNamespace,
    labels: Readonly<Record<string, string>>,
  ): readonly StoredObject[] {
    const wanted = Object.entries(labels).map(([name, value]) => labelOf(name, value));
    if (wanted.length === 0) return this.list(where.group, where.kind, where.namespace);
    return this.#traits(where).having(wanted);
  }

  #traits({ group, kind, namespace }: KindInNamespace): Traits {
    const known = this.#inOrder(this.#kind(group, kind), group, kind, namespace);
    known.traits ??= new Traits(finished(known));
    return known.traits;
  }

  /** By group and kind, then as a list of each; without those of the base. */
  all(): readonly StoredObject[] {
    return [...this.#kinds.keys()].sort().flatMap((name) => {
      const [group = '', kind = ''] = name.split(' ');
      return this.list(group, kind);
    });
  }

  #namespaces(group: string, kind: string): ReadonlySet<string> {
    const beneath = this.#base === null ? [] : this.#base.#namespaces(group, kind);
    const own = this.#kinds.get(`${group} ${kind}`)?.byNamespace.keys() ?? [];
    return new Set([...beneath, ...own]);
  }

  #kind(group: string, kind: string): Kind {
    const name = `${group} ${kind}`;
    let known = this.#kinds.get(name);
    if (known === undefined) {
      known = { byNamespace: new Map(), all: null };
      this.#kinds.set(name, known);
    }
    return known;
  }

  #inOrder({ byNamespace }: Kind, group: string, kind: string, namespace: string): InOrder {
    let known = byNamespace.get(namespace);
    if (known === undefined) {
      const sorted = this.#base?.list(group, kind, namespace) ?? [];
      known = { sorted, written: new Map(), traits: null };
      byNamespace.set(namespace, known);
    }
    return known;
  }
}

/** Objects of one kind and namespace by what they are looked up by. */
class Traits {
  readonly #present = new Map<string, StoredObject>();
  readonly #having = new Map<string, Set<StoredObject>>();

  constructor(objects: readonly StoredObject[]) {
    for (const object of objects) this.write(object.metadata.name, object);
  }

  write(name: string, object: StoredObject | null): void {
    const before = this.#present.get(name);
    if (before !== undefined)
      for (const trait of traitsOf(before)) this.#having.get(trait)?.delete(before);
    if (object === null) {
      this.#present.delete(name);
      return;
    }
    this.#present.set(name, object);
    for (const trait of traitsOf(object)) {
      const others = this.#having.get(trait);
      if (others === undefined) this.#having.set(trait, new Set([object]));
      else others.add(object);
    }
  }

  having(traits: readonly string[]): readonly StoredObject[] {
    const sets = traits.map((trait) => this.#having.get(trait) ?? nothing);
    const [rarest = nothing, ...others] = sets.sort((a, b) => a.size - b.size);
    return [...rarest].filter((object) => others.every((other) => other.has(object))).sort(byName);
  }
}

const nothing: ReadonlySet<StoredObject> = new Set();

function traitsOf(object: StoredObject): readonly string[] {
  const labels = Object.entries(stringsAt(object.metadata, 'labels'));
  return [
    controlled(controllerUid(object)),
    ...labels.map(([name, value]) => labelOf(name, value)),
  ];
}

function controlled(uid: string | undefined): string {
  return uid === undefined ? 'free' : `of ${uid}`;
}

/** No name of a label has a `=` in it. */
function labelOf(name: string, value: string): string {
  return `${name}=${value}`;
}

function finished(inOrder: InOrder): readonly StoredObject[] {
  const { sorted, written } = inOrder;
  if (written.size === 0) return sorted;
  const added = [...written.values()].filter((object) => object !== null).sort(byName);
  const kept = sorted.filter(({ metadata }) => !written.has(metadata.name));
  inOrder.sorted = merged(kept, added);
  written.clear();
  return inOrder.sorted;
}

/** Of two lists in order. */
function merged(
  some: readonly StoredObject[],
  others: readonly StoredObject[],
): readonly StoredObject[] {
  const all: StoredObject[] = [];
  let next = 0;
  for (const other of others) {
    for (let one = some[next]; one !== undefined && byName(one, other) < 0; one = some[next]) {
      all.push(one);
      next += 1;
    }
    all.push(other);
  }
  return all.concat(some.slice(next));
}

function byName({ metadata: { name: a } }: StoredObject, { metadata: { name: b } }: StoredObject) {
  return a < b ? -1 : a > b ? 1 : 0;
}
