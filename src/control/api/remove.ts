/** Delete one object or a collection. What belongs to an object goes with it by the garbage collection controller. */
import { isJsonArray, isJsonObject, type JsonObject, listAt, textAt, without } from '../json.ts';
import { type Transaction, timestamp } from '../object-store.ts';
import { keyOf, type StoredObject } from '../stored-object.ts';
import { readObject } from './body.ts';
import type { ApiContext } from './context.ts';
import { selection } from './read.ts';
import { type ApiRequest, json, type Reply, type Target } from './request.ts';
import { ApiError, notFound, qualified, successStatus } from './status.ts';
import { keyOfTarget } from './target-key.ts';
import { finalizersOf, inVersion } from './view.ts';
import { isDryRun } from './write.ts';

type DeleteOptions = {
  readonly orphan: boolean;
  readonly dryRun: boolean;
  readonly uid: string;
  readonly version: string;
};

/** Namespaces that a cluster does not let go. */
const lasting: ReadonlySet<string> = new Set(['default', 'kube-system']);

export function remove(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const options = deleteOptions(request);
  const name = target.name ?? '';
  const left = context.store.transact(
    (transaction) => {
      const object = transaction.get(keyOfTarget(target, name));
      if (object === undefined) throw notFound(target.kind.plural, target.kind.group, name);
      checkPreconditions(target, object, options);
      return removeOne(context, transaction, object, options);
    },
    { dryRun: options.dryRun },
  );
  if (left.pending) return json(inVersion(target.kind, target.version, left.object));
  return json(
    successStatus({
      name,
      ...(target.kind.group === '' ? {} : { group: target.kind.group }),
      kind: target.kind.plural,
      uid: left.object.metadata.uid,
    }),
  );
}

export function removeCollection(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const options = deleteOptions(request);
  const matches = selection(target, request.query);
  const gone = context.store.transact(
    (transaction) => {
      const objects = transaction
        .list(target.kind.group, target.kind.kind, target.namespace)
        .filter(matches);
      for (const object of objects) removeOne(context, transaction, object, options);
      return objects;
    },
    { dryRun: options.dryRun },
  );
  return json({
    kind: `${target.kind.kind}List`,
    apiVersion:
      target.kind.group === '' ? target.version : `${target.kind.group}/${target.version}`,
    metadata: { resourceVersion: String(context.store.version()) },
    items: gone.map((object) => inVersion(target.kind, target.version, object)),
  });
}

/** pending: a finalizer holds the object; it goes when the last of them is taken off. */
function removeOne(
  context: ApiContext,
  transaction: Transaction,
  object: StoredObject,
  options: DeleteOptions,
): { readonly object: StoredObject; readonly pending: boolean } {
  if (object.kind === 'Namespace' && lasting.has(object.metadata.name))
    throw new ApiError(
      'Forbidden',
      `namespaces "${object.metadata.name}" is forbidden: this namespace may not be deleted`,
      { name: object.metadata.name, kind: 'namespaces' },
    );
  if (options.orphan) orphan(transaction, object);
  if (finalizersOf(object).length === 0) {
    transaction.remove(keyOf(object));
    return { object, pending: false };
  }
  const marked = transaction.put({
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: object.metadata.deletionTimestamp ?? timestamp(context.now()),
      deletionGracePeriodSeconds: 0,
    },
  });
  return { object: marked, pending: true };
}

/** Dependents stay: they forget their owner. */
function orphan(transaction: Transaction, owner: StoredObject): void {
  const namespace = keyOf(owner).namespace;
  const dependents = [
    ...transaction.list('apps', 'ReplicaSet', namespace),
    ...transaction.list('', 'Pod', namespace),
  ];
  for (const dependent of dependents) {
    const references = listAt(dependent, 'metadata', 'ownerReferences');
    const kept = references.filter((one) => textAt(one, 'uid') !== owner.metadata.uid);
    if (kept.length === references.length) continue;
    const metadata = without(dependent.metadata, 'ownerReferences');
    transaction.put({
      ...dependent,
      metadata: kept.length === 0 ? metadata : { ...metadata, ownerReferences: kept },
    });
  }
}

function checkPreconditions(target: Target, object: StoredObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  const what = qualified(target.kind.plural, target.kind.group);
  const refuse = (field: string, wanted: string, got: string): ApiError =>
    new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on ${what} "${name}": Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${got}`,
      { name, group: target.kind.group, kind: target.kind.plural },
    );
  if (options.uid !== '' && options.uid !== uid) throw refuse('UID', options.uid, uid);
  if (options.version !== '' && options.version !== resourceVersion)
    throw refuse('ResourceVersion', options.version, resourceVersion);
}

function deleteOptions(request: ApiRequest): DeleteOptions {
  const body: JsonObject = request.body.length === 0 ? {} : readObject(request);
  const { preconditions, dryRun } = body;
  const policy =
    textAt(body, 'propagationPolicy') || (request.query.get('propagationPolicy') ?? '');
  return {
    orphan: policy === 'Orphan' || body.orphanDependents === true,
    dryRun: isDryRun(request.query) || (isJsonArray(dryRun) && dryRun.includes('All')),
    uid: isJsonObject(preconditions) ? textAt(preconditions, 'uid') : '',
    version: isJsonObject(preconditions) ? textAt(preconditions, 'resourceVersion') : '',
  };
}
