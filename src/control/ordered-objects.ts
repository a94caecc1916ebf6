/**
 * Objects by kind and namespace, in the order of their names. Controllers write and list in turn, thousands of times in a transaction:
 * a list costs what was written in its namespace since the last one, and a copy, but no sorting of all.
 */
import type { ObjectKey, StoredObject } from './stored-object.ts';

type Kind = {
  readonly byNamespace: Map<string, InOrder>;
  /** Of all namespaces; until something of the kind is written. */
  all: readonly StoredObject[] | null;
};

/** written: by name, what is not in `sorted` yet; null for what has gone. */
type InOrder = {
  sorted: readonly StoredObject[];
  readonly written: Map<string, StoredObject | null>;
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
    this.#inOrder(known, group, kind, namespace).written.set(name, object);
  }

  /** By namespace, then name; of one namespace where that is given, '' for what has none. */
  list(group: string, kind: string, namespace?: string): readonly StoredObject[] {
    const known = this.#kinds.get(`${group} ${kind}`);
    if (known === undefined) return this.#base?.list(group, kind, namespace) ?? [];
    if (namespace !== undefined) return finished(this.#inOrder(known, group, kind, namespace));
    known.all ??= [...this.#namespaces(group, kind)]
      .sort()
      .flatMap((one) => finished(this.#inOrder(known, group, kind, one)));
    return known.all;
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
      known = { sorted: this.#base?.list(group, kind, namespace) ?? [], written: new Map() };
      byNamespace.set(namespace, known);
    }
    return known;
  }
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
