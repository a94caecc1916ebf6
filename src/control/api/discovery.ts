/** What the server tells about itself: versions, groups and resources, plain and aggregated. */
import type { JsonObject } from '../json.ts';
import {
  type ApiKind,
  apiKinds,
  apiVersionOf,
  groupVersions,
  reviewKinds,
  type Subresource,
} from './api-kind.ts';

/** What `kubectl version` shows; the minor version is that of the API conventions followed here. */
export function versionInfo(program: string): JsonObject {
  return {
    major: '1',
    minor: '32',
    gitVersion: `v1.32.0+tcpmesh.${program}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'tcpmesh',
  };
}

export function coreVersions(host: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
  };
}

export function groupList(): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupVersions()
      .filter(({ group }) => group !== '')
      .map(({ group }) => groupOf(group)),
  };
}

export function apiGroup(group: string): JsonObject | undefined {
  const known = group !== '' && groupVersions().some((one) => one.group === group);
  return known ? { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) } : undefined;
}

function groupOf(group: string): JsonObject {
  const versions = groupVersions().find((one) => one.group === group)?.versions ?? [];
  const named = versions.map((version) => ({
    groupVersion: apiVersionOf(group, version),
    version,
  }));
  return { name: group, versions: named, preferredVersion: named[0] ?? {} };
}

export function resourceList(group: string, version: string): JsonObject | undefined {
  const kinds = kindsOf(group, version);
  if (kinds.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(group, version),
    resources: kinds.flatMap((kind) => [
      {
        name: kind.plural,
        singularName: kind.singular,
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: kind.verbs,
        ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
        ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
      },
      ...kind.subresources.map((sub) => ({
        name: `${kind.plural}/${sub.name}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...foreignGroup(kind, sub),
        kind: sub.kind,
        verbs: sub.verbs,
      })),
    ]),
  };
}

/** The aggregated form: everything in one answer. `core`: the answer to /api rather than /apis. */
export function aggregated(core: boolean, version: string): JsonObject {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groupVersions()
      .filter(({ group }) => (group === '') === core)
      .map(({ group, versions }) => ({
        metadata: group === '' ? {} : { name: group },
        versions: versions.map((one) => ({
          version: one,
          resources: kindsOf(group, one).map((kind) => discovered(kind, group, one)),
          freshness: 'Current',
        })),
      })),
  };
}

function discovered(kind: ApiKind, group: string, version: string): JsonObject {
  return {
    resource: kind.plural,
    responseKind: { group, version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(kind.subresources.length > 0
      ? {
          subresources: kind.subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: {
              group: sub.name === 'status' ? group : sub.group,
              version: sub.name === 'status' ? version : sub.version,
              kind: sub.kind,
            },
            verbs: sub.verbs,
          })),
        }
      : {}),
  };
}

function kindsOf(group: string, version: string): readonly ApiKind[] {
  return [...apiKinds, ...reviewKinds].filter(
    (kind) => kind.group === group && kind.versions.includes(version),
  );
}

function foreignGroup(kind: ApiKind, sub: Subresource): JsonObject {
  return sub.group === kind.group || sub.name === 'status'
    ? {}
    : { group: sub.group, version: sub.version };
}
