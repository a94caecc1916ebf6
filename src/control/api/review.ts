/** Questions about the client itself: may I, what may I, who am I. Whoever holds the token may do everything that is served. */
import { type JsonObject, objectAt, textAt } from '../json.ts';
import { apiKinds, apiVersionOf, findByPlural } from './api-kind.ts';
import { readObject } from './body.ts';
import { type ApiRequest, json, type Reply, type Target } from './request.ts';

export const userName = 'tcpmesh-admin';

export function answerReview(target: Target, request: ApiRequest): Reply {
  const asked = readObject(request);
  const status = statusOf(target.kind.kind, objectAt(asked, 'spec'));
  return json(
    {
      kind: target.kind.kind,
      apiVersion: apiVersionOf(target.kind.group, target.version),
      metadata: { creationTimestamp: null },
      spec: objectAt(asked, 'spec'),
      status,
    },
    201,
  );
}

function statusOf(kind: string, spec: JsonObject): JsonObject {
  if (kind === 'SelfSubjectReview')
    return { userInfo: { username: userName, groups: ['system:masters', 'system:authenticated'] } };
  if (kind === 'SelfSubjectRulesReview')
    return {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['*'] }],
      incomplete: false,
    };
  return accessStatus(spec);
}

function accessStatus(spec: JsonObject): JsonObject {
  const attributes = objectAt(spec, 'resourceAttributes');
  const plural = textAt(attributes, 'resource');
  const verb = textAt(attributes, 'verb');
  if (plural === '' || plural === '*' || verb === '*') return { allowed: true };
  const group = textAt(attributes, 'group');
  const kind =
    group === '*'
      ? apiKinds.find((one) => one.plural === plural)
      : findByPlural(group, textAt(attributes, 'version') || versionOf(group, plural), plural);
  if (kind === undefined) return { allowed: false, reason: 'this server has no such resource' };
  const subresource = textAt(attributes, 'subresource');
  const verbs: readonly string[] =
    subresource === ''
      ? kind.verbs
      : (kind.subresources.find(({ name }) => name === subresource)?.verbs ?? []);
  return verbs.includes(verb)
    ? { allowed: true }
    : { allowed: false, reason: `this server does not ${verb} ${plural}` };
}

function versionOf(group: string, plural: string): string {
  return apiKinds.find((one) => one.group === group && one.plural === plural)?.versions[0] ?? 'v1';
}
