/** The scale subresource: how many replicas a Deployment, ReplicaSet or StatefulSet is to have. */
import { type JsonObject, numberAt, stringsAt, textAt, withAt } from '../json.ts';
import { timestamp } from '../object-store.ts';
import type { StoredObject } from '../stored-object.ts';
import { mediaType, readBody, readObject } from './body.ts';
import type { ApiContext } from './context.ts';
import { applyPatch } from './patch/apply-patch.ts';
import { stored } from './read.ts';
import { type ApiRequest, json, type Reply, type Target } from './request.ts';
import { ApiError } from './status.ts';
import { update } from './write.ts';

export function getScale(context: ApiContext, target: Target): Reply {
  return json(scaleOf(stored(context, target)));
}

export function putScale(context: ApiContext, target: Target, request: ApiRequest): Reply {
  return setReplicas(context, target, request, readObject(request));
}

export function patchScale(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const type = mediaType(request.contentType);
  const scale = applyPatch({
    type,
    kind: target.kind,
    before: scaleOf(stored(context, target)),
    change: readBody({ ...request, contentType: 'application/json' }),
    query: request.query,
    time: timestamp(context.now()),
  });
  return setReplicas(context, target, request, scale);
}

function setReplicas(
  context: ApiContext,
  target: Target,
  request: ApiRequest,
  scale: JsonObject,
): Reply {
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
  if (!Number.isInteger(replicas))
    throw new ApiError('BadRequest', 'spec.replicas is no whole number');
  const before = stored(context, target);
  const changed = withAt(before, ['spec', 'replicas'], replicas);
  const version = textAt(scale, 'metadata', 'resourceVersion') || before.metadata.resourceVersion;
  const body = withAt(
    { ...changed, apiVersion: `${target.kind.group}/${target.version}` },
    ['metadata', 'resourceVersion'],
    version,
  );
  const whole: Target = { ...target, subresource: undefined };
  update(context, whole, {
    ...request,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(body)),
  });
  return json(scaleOf(stored(context, whole)));
}

function scaleOf(object: StoredObject): JsonObject {
  const { name, uid, resourceVersion, creationTimestamp, namespace } = object.metadata;
  const selector = Object.entries(stringsAt(object, 'spec', 'selector', 'matchLabels'))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace: namespace ?? '', uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, 'spec', 'replicas') ?? 0 },
    status: { replicas: numberAt(object, 'status', 'replicas') ?? 0, selector },
  };
}
