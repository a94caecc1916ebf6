/**
 * The one place where files and the API write to: Kubernetes objects by group, kind, namespace and name.
 * Every write is a transaction: all of it or nothing, then the controllers' consequences, then one change to the listeners.
 */
import { type JsonObject, type JsonValue, sameJson, without } from './json.ts';
import { OrderedObjects } from './ordered-objects.ts';
import {
  keyOf,
  keyText,
  type NewObject,
  type ObjectKey,
  type StoredMetadata,
  type StoredObject,
} from './stored-object.ts';

export type StoreEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly key: ObjectKey;
  /** For DELETED the last state, with the version of its deletion. */
  readonly object: StoredObject;
  readonly previous: StoredObject | undefined;
};

/** What a transaction sees and does. Reads see the writes before them. */
export type Transaction = {
  readonly get: (key: ObjectKey) => StoredObject | undefined;
  /** By namespace, then name. */
  readonly list: (group: string, kind: string, namespace?: string) => readonly StoredObject[];
  readonly controlledBy: OrderedObjects['controlledBy'];
  readonly labelled: OrderedObjects['labelled'];
  /** Creates or replaces. A replacement that changes nothing is no change. */
  readonly put: (object: NewObject) => StoredObject;
  readonly remove: (key: ObjectKey) => boolean;
};

/** Adds what follows from what was written (a Deployment's Pods…). Runs when one of its kinds changed, until nothing changes. */
export type Controller = {
  readonly name: string;
  /** Kinds whose changes concern it. */
  readonly kinds: readonly string[];
  /** changed: what is another since it ran last in this transaction, of whatever kind. */
  readonly settle: (transaction: Transaction, changed: readonly Change[]) => void;
};

/** before: absent for what is new; after: absent for what has gone. */
export type Change = {
  readonly key: ObjectKey;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
};

export type StoreOptions = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly uid: () => string;
  readonly controllers?: readonly Controller[];
  /** Events kept for watches that start in the past. */
  readonly historyMax?: number;
  /** Objects of an earlier run, with the metadata that they had. */
  readonly restored?: readonly StoredObject[];
};

export type ChangeListener = (events: readonly StoreEvent[]) => void;

export type ObjectStore = {
  readonly get: Transaction['get'];
  readonly list: Transaction['list'];
  /** Everything, by group, kind, namespace and name. */
  readonly all: () => readonly StoredObject[];
  /** Of the latest change. */
  readonly version: () => number;
  /** What `work` throws leaves the store as it was. `dryRun`: as it is in any case. */
  readonly transact: <T>(
    work: (transaction: Transaction) => T,
    options?: { readonly dryRun?: boolean },
  ) => T;
  /** Events after a version, oldest first; null when that is further back than the history goes, or ahead of it. */
  readonly since: (version: number) => readonly StoreEvent[] | null;
  /** Called after each transaction that changed something. Returns how to stop it. */
  readonly subscribe: (listener: ChangeListener) => () => void;
};

/** Rounds of controllers per transaction: far beyond what Deployment, ReplicaSet, Pod, Endpoints need. */
const roundsMax = 16;

export function createObjectStore(options: StoreOptions): ObjectStore {
  const historyMax = options.historyMax ?? 4096;
  const controllers = options.controllers ?? [];
  const objects = new Map<string, StoredObject>();
  const inOrder = new OrderedObjects();
  const listeners = new Set<ChangeListener>();
  const history: StoreEvent[] = [];
  // Versions of a later run are higher than those of an earlier one, so a client that comes back has to list anew.
  let version = Math.floor(options.now() / 1000);

  const read = (key: ObjectKey): StoredObject | undefined => objects.get(keyText(key));
  const keep = (key: ObjectKey, object: StoredObject | null): void => {
    inOrder.write(key, object);
    if (object === null) objects.delete(keyText(key));
    else objects.set(keyText(key), object);
  };

  for (const object of options.restored ?? []) {
    keep(keyOf(object), object);
    version = Math.max(version, Number(object.metadata.resourceVersion) || 0);
  }
  const restoredVersion = version;
  let oldest = restoredVersion;

  const commit = (pending: Pending): readonly StoreEvent[] => {
    const events: StoreEvent[] = [];
    const record = (type: StoreEvent['type'], key: ObjectKey, object: StoredObject): void => {
      version += 1;
      const previous = read(key);
      const stored = withVersion(object, version);
      keep(key, type === 'DELETED' ? null : stored);
      events.push({ type, version, key, object: stored, previous });
    };
    for (const { key, object } of pending.values()) {
      const previous = read(key);
      if (previous === object) continue;
      const replaced = previous?.metadata.uid !== object?.metadata.uid;
      if (previous !== undefined && replaced) record('DELETED', key, previous);
      if (object !== null) record(replaced ? 'ADDED' : 'MODIFIED', key, object);
    }
    history.push(...events);
    if (history.length > 2 * historyMax) {
      const dropped = history.splice(0, history.length - historyMax);
      oldest = dropped[dropped.length - 1]?.version ?? oldest;
    }
    return events;
  };

  const transact: ObjectStore['transact'] = (work, how) => {
    const pending: Pending = new Map();
    const changed: Changes = new Map();
    const seen = new OrderedObjects(inOrder);
    const transaction = makeTransaction(read, seen, pending, changed, options, version);
    const result = work(transaction);
    settle(transaction, controllers, changed);
    if (how?.dryRun === true) return result;
    const events = commit(pending);
    if (events.length > 0) for (const listener of [...listeners]) listener(events);
    return result;
  };

  return {
    get: read,
    list: (group, kind, namespace) => inOrder.list(group, kind, namespace),
    all: () => inOrder.all(),
    version: () => version,
    transact,
    since: (from) => {
      if (from < oldest || from > version) return null;
      return history.filter((event) => event.version > from);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Pending = Map<string, { readonly key: ObjectKey; readonly object: StoredObject | null }>;

type Changes = Map<string, Change>;

function settle(
  transaction: Transaction,
  controllers: readonly Controller[],
  changes: Changes,
): void {
  for (let round = 0; round < roundsMax && changes.size > 0; round += 1) {
    const changed = [...changes.values()];
    changes.clear();
    for (const controller of controllers)
      if (changed.some(({ key }) => controller.kinds.includes(key.kind)))
        controller.settle(transaction, changed);
  }
}

function makeTransaction(
  read: (key: ObjectKey) => StoredObject | undefined,
  inOrder: OrderedObjects,
  pending: Pending,
  changes: Changes,
  options: StoreOptions,
  version: number,
): Transaction {
  const get = (key: ObjectKey): StoredObject | undefined => {
    const written = pending.get(keyText(key));
    return written === undefined ? read(key) : (written.object ?? undefined);
  };
  const write = (key: ObjectKey, object: StoredObject | null): void => {
    const text = keyText(key);
    const before = changes.has(text) ? changes.get(text)?.before : get(key);
    pending.set(text, { key, object });
    inOrder.write(key, object);
    changes.set(text, { key, before, after: object ?? undefined });
  };
  return {
    get,
    list: (group, kind, namespace) => inOrder.list(group, kind, namespace),
    controlledBy: (where, uid) => inOrder.controlledBy(where, uid),
    labelled: (where, labels) => inOrder.labelled(where, labels),
    put: (object) => {
      const key = keyOf(object);
      const before = get(key);
      const stored = stamp(object, before, options, version);
      if (stored !== before) write(key, stored);
      return stored;
    },
    remove: (key) => {
      if (get(key) === undefined) return false;
      write(key, null);
      return true;
    },
  };
}

/** The object with the metadata that is the store's own; `before` itself when nothing changed. */
function stamp(
  object: NewObject,
  before: StoredObject | undefined,
  options: StoreOptions,
  version: number,
): StoredObject {
  const given = object.metadata;
  const created = given.creationTimestamp;
  const metadata: StoredMetadata = {
    ...given,
    name: typeof given.name === 'string' ? given.name : '',
    uid: before?.metadata.uid ?? options.uid(),
    resourceVersion: before?.metadata.resourceVersion ?? String(version),
    generation: before?.metadata.generation ?? 1,
    creationTimestamp:
      before?.metadata.creationTimestamp ??
      (typeof created === 'string' && created !== '' ? created : timestamp(options.now())),
  };
  const stored = { ...object, metadata };
  if (before === undefined) return stored;
  if (sameJson(stored, before)) return before;
  const changed = !sameJson(desired(stored), desired(before));
  if (!changed) return stored;
  return { ...stored, metadata: { ...metadata, generation: metadata.generation + 1 } };
}

/** What the generation counts changes of: everything but metadata and status. */
function desired(object: JsonObject): JsonValue {
  return without(object, 'apiVersion', 'metadata', 'status');
}

function withVersion(object: StoredObject, version: number): StoredObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

/** Whole seconds, as Kubernetes writes times. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
