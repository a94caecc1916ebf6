/** Create, update and patch: decode, fill in, judge, store, and answer with what is stored. */

import { nameSuffix } from '../controllers/name-suffix.ts';
import {
  type JsonObject,
  type JsonValue,
  objectAt,
  sameJson,
  textAt,
  withAt,
  without,
} from '../json.ts';
import { type Transaction, timestamp } from '../object-store.ts';
import { type NewObject, type StoredObject, serverFields } from '../stored-object.ts';
import { admitObject, decodeFields, fieldValidation } from './admission.ts';
import { apiVersionOf } from './api-kind.ts';
import { mediaType, readBody, readObject } from './body.ts';
import { validateObject } from './builtin-validation.ts';
import type { ApiContext } from './context.ts';
import { withDefaults } from './defaults.ts';
import { applyPatch } from './patch/apply-patch.ts';
import { type ApiRequest, json, type Reply, type Target } from './request.ts';
import { ApiError, invalid, notFound, qualified } from './status.ts';
import { keyOfTarget } from './target-key.ts';
import { finalizersOf, inVersion } from './view.ts';

export function create(context: ApiContext, target: Target, request: ApiRequest): Reply {
  if (target.kind.namespaced && target.namespace === undefined)
    throw new ApiError('MethodNotAllowed', 'an object is created in a namespace');
  const body = readObject(request);
  const name = textAt(body, 'metadata', 'name') || generatedName(context, body);
  const named = withAt(body, ['metadata', 'name'], name);
  const { object, warnings } = prepare(target, named, name, request.query);
  const fresh = without(
    object,
    ...(target.kind.family === 'custom' ? ['status'] : statusless(target)),
  );
  const stored = context.store.transact(
    (transaction) => {
      checkNamespace(transaction, target);
      const key = keyOfTarget(target, name);
      if (transaction.get(key) !== undefined)
        throw new ApiError(
          'AlreadyExists',
          `${qualified(target.kind.plural, target.kind.group)} "${name}" already exists`,
          { name, group: target.kind.group, kind: target.kind.plural },
        );
      return putAndRead(transaction, target, withoutOwned(fresh), undefined);
    },
    { dryRun: isDryRun(request.query) },
  );
  return answer(context, target, request, stored, warnings, 201);
}

export function update(context: ApiContext, target: Target, request: ApiRequest): Reply {
  return replace(context, target, request, () => readObject(request));
}

/** A patch of an object that is not there makes it only in a server-side apply. */
export function patch(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const type = mediaType(request.contentType);
  const applying = type === 'application/apply-patch+yaml';
  const change = readBody(
    applying || type.endsWith('+json')
      ? { ...request, contentType: applying ? 'application/yaml' : 'application/json' }
      : request,
  );
  const known = context.store.get(keyOfTarget(target, target.name ?? ''));
  if (applying && known === undefined && target.subresource === undefined) {
    const made = applyPatch({
      type,
      kind: target.kind,
      before: undefined,
      change,
      query: request.query,
      time: timestamp(context.now()),
    });
    const body = Buffer.from(
      JSON.stringify({
        ...made,
        apiVersion: apiVersionOf(target.kind.group, target.version),
        kind: target.kind.kind,
      }),
    );
    return create(
      context,
      { ...target, name: undefined },
      { ...request, body, contentType: 'application/json' },
    );
  }
  return replace(context, target, request, (before) =>
    applyPatch({
      type,
      kind: target.kind,
      before: inVersion(target.kind, target.version, before),
      change,
      query: request.query,
      time: timestamp(context.now()),
    }),
  );
}

function replace(
  context: ApiContext,
  target: Target,
  request: ApiRequest,
  next: (before: StoredObject) => JsonObject,
): Reply {
  const name = target.name ?? '';
  let warnings: readonly string[] = [];
  const stored = context.store.transact(
    (transaction) => {
      const before = transaction.get(keyOfTarget(target, name));
      if (before === undefined) throw notFound(target.kind.plural, target.kind.group, name);
      const wanted = next(before);
      checkPreconditions(target, before, wanted);
      const prepared = prepare(target, wanted, name, request.query, before);
      warnings = prepared.warnings;
      const merged =
        target.subresource === 'status'
          ? { ...before, ...pick(prepared.object, 'status') }
          : { ...prepared.object, ...pick(before, 'status') };
      const object: JsonObject =
        target.subresource !== 'status' && !('status' in before)
          ? without(merged, 'status')
          : merged;
      return putAndRead(transaction, target, object, before);
    },
    { dryRun: isDryRun(request.query) },
  );
  return answer(context, target, request, stored, warnings, 200);
}

/** Checks that the object is what the address says, decodes it, fills it in and judges it. */
function prepare(
  target: Target,
  given: JsonObject,
  name: string,
  query: URLSearchParams,
  before?: StoredObject,
): { readonly object: JsonObject; readonly warnings: readonly string[] } {
  const { kind, version, namespace } = target;
  const wanted = apiVersionOf(kind.group, version);
  const stated = { apiVersion: wanted, kind: kind.kind, ...given };
  if (stated.apiVersion !== wanted || stated.kind !== kind.kind)
    throw new ApiError(
      'BadRequest',
      `the API version and kind in the data (${String(stated.apiVersion)}, ${String(stated.kind)}) do not match the expected ones (${wanted}, ${kind.kind})`,
    );
  const metadata = objectAt(stated, 'metadata');
  const ownNamespace = textAt(metadata, 'namespace');
  if (kind.namespaced && ownNamespace !== '' && ownNamespace !== namespace)
    throw new ApiError(
      'BadRequest',
      `the namespace of the provided object does not match the namespace sent on the request (${ownNamespace}, ${namespace ?? ''})`,
    );
  if (textAt(metadata, 'name') !== name)
    throw new ApiError(
      'BadRequest',
      `the name of the object (${textAt(metadata, 'name')}) does not match the name on the URL (${name})`,
    );
  const placed = {
    ...stated,
    metadata: kind.namespaced
      ? { ...metadata, namespace: namespace ?? '' }
      : without(metadata, 'namespace'),
  };
  const decoded = decodeFields(target, placed, fieldValidation(query));
  const filled =
    kind.family === 'builtin' ? withDefaults(kind.kind, decoded.object) : decoded.object;
  const unchanged = before !== undefined && sameJson(bodyOf(filled), bodyOf(before));
  const causes = validateObject(kind.kind, keepAssigned(kind.kind, filled, before), before);
  if (causes.length > 0) throw invalid(kind.kind, kind.group, name, causes);
  if (!unchanged) admitObject(target, filled, name);
  return { object: keepAssigned(kind.kind, filled, before), warnings: decoded.warnings };
}

/** What is judged: its spec, or what stands beside metadata where it has none. */
function bodyOf(object: JsonObject): JsonObject {
  return without(object, 'apiVersion', 'kind', 'metadata', 'status');
}

/** A Service keeps its address when a later version of it does not name one. */
function keepAssigned(
  kind: string,
  object: JsonObject,
  before: StoredObject | undefined,
): JsonObject {
  if (kind !== 'Service' || before === undefined) return object;
  const spec = objectAt(object, 'spec');
  const type = textAt(spec, 'type');
  if (type === 'ExternalName') return object;
  const old = objectAt(before, 'spec');
  const kept: Record<string, JsonValue> = {};
  for (const field of ['clusterIP', 'clusterIPs'])
    if (spec[field] === undefined && old[field] !== undefined) kept[field] = old[field];
  return { ...object, spec: { ...spec, ...kept } };
}

function checkPreconditions(target: Target, before: StoredObject, wanted: JsonObject): void {
  const name = before.metadata.name;
  const version = textAt(wanted, 'metadata', 'resourceVersion');
  const uid = textAt(wanted, 'metadata', 'uid');
  const what = qualified(target.kind.plural, target.kind.group);
  const details = { name, group: target.kind.group, kind: target.kind.plural };
  if (uid !== '' && uid !== before.metadata.uid)
    throw new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on ${what} "${name}": Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`,
      details,
    );
  if (version !== '' && version !== before.metadata.resourceVersion)
    throw new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on ${what} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      details,
    );
}

/** Stores, lets an object go whose last finalizer went, and gives what is there after it. */
function putAndRead(
  transaction: Transaction,
  target: Target,
  object: JsonObject,
  before: StoredObject | undefined,
): StoredObject {
  const metadata = objectAt(object, 'metadata');
  const complete: NewObject = {
    ...object,
    apiVersion: before?.apiVersion ?? apiVersionOf(target.kind.group, target.version),
    kind: target.kind.kind,
    metadata:
      before === undefined
        ? metadata
        : {
            ...metadata,
            ...pick(before.metadata, 'deletionTimestamp', 'deletionGracePeriodSeconds'),
          },
  };
  const stored = transaction.put(complete);
  if ('deletionTimestamp' in stored.metadata && finalizersOf(stored).length === 0)
    transaction.remove(keyOfTarget(target, stored.metadata.name));
  return stored;
}

function checkNamespace(transaction: Transaction, target: Target): void {
  const { namespace } = target;
  if (namespace === undefined) return;
  const found = transaction.get({ group: '', kind: 'Namespace', namespace: '', name: namespace });
  if (found === undefined) throw notFound('namespaces', '', namespace);
}

function answer(
  context: ApiContext,
  target: Target,
  request: ApiRequest,
  stored: StoredObject,
  warnings: readonly string[],
  code: number,
): Reply {
  const dry = isDryRun(request.query);
  const after = dry
    ? stored
    : (context.store.get(keyOfTarget(target, stored.metadata.name)) ?? stored);
  const lint = dry ? [] : context.lint(after);
  return json(inVersion(target.kind, target.version, after), code, [...warnings, ...lint]);
}

export function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun');
  if (values.length === 0) return false;
  if (values.length > 1 || values[0] !== 'All')
    throw new ApiError(
      'BadRequest',
      `invalid dryRun ${JSON.stringify(values.join(','))}: the only value is All`,
    );
  return true;
}

/** Kinds whose status is a subresource: what a client writes there on creation does not count. */
function statusless(target: Target): readonly string[] {
  return target.kind.kind !== 'Namespace' &&
    target.kind.subresources.some(({ name }) => name === 'status')
    ? ['status']
    : [];
}

function withoutOwned(object: JsonObject): JsonObject {
  return { ...object, metadata: without(objectAt(object, 'metadata'), ...serverFields) };
}

function generatedName(context: ApiContext, body: JsonObject): string {
  const base = textAt(body, 'metadata', 'generateName');
  return base === '' ? '' : `${base.slice(0, 58)}${nameSuffix(context.random)}`;
}

function pick(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = object[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
