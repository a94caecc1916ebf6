/** The kinds that the API serves, with the names, verbs and subresources that discovery tells. */
import { kinds as meshKinds } from '../../resource/index.ts';

export type Verb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch';

export type ApiKind = {
  readonly group: string;
  /** Served versions, the preferred one first. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** `custom`: as a CustomResourceDefinition behaves: unknown fields are pruned, no strategic merge. */
  readonly family: 'builtin' | 'custom';
};

export type Subresource = {
  readonly name: 'status' | 'scale' | 'log' | 'exec' | 'attach' | 'portforward' | 'finalize';
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
};

const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const readOnly: readonly Verb[] = ['get', 'list', 'watch'];

const status = (kind: string, group: string, version: string): Subresource => ({
  name: 'status',
  kind,
  group,
  version,
  verbs: ['get', 'patch', 'update'],
});

const scale: Subresource = {
  name: 'scale',
  kind: 'Scale',
  group: 'autoscaling',
  version: 'v1',
  verbs: ['get', 'patch', 'update'],
};

const stream = (name: 'exec' | 'attach' | 'portforward', kind: string): Subresource => ({
  name,
  kind,
  group: '',
  version: 'v1',
  verbs: ['create', 'get'],
});

const podSubresources: readonly Subresource[] = [
  status('Pod', '', 'v1'),
  { name: 'log', kind: 'Pod', group: '', version: 'v1', verbs: ['get'] },
  stream('exec', 'PodExecOptions'),
  stream('attach', 'PodAttachOptions'),
  stream('portforward', 'PodPortForwardOptions'),
];

const withStatus: ReadonlySet<string> = new Set([
  'Service',
  'Namespace',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);
const scalable: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet']);
const inAll: ReadonlySet<string> = new Set([
  'Pod',
  'Service',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);

function fromMesh(): ApiKind[] {
  const served = Object.entries(meshKinds).filter(([, { family }]) => family !== 'reference');
  return served.map(([kind, info]) => {
    const istio = info.family === 'istio';
    const version = info.versions[0] ?? 'v1';
    const subresources: Subresource[] = kind === 'Pod' ? [...podSubresources] : [];
    if (istio || withStatus.has(kind)) subresources.push(status(kind, info.group, version));
    if (scalable.has(kind)) subresources.push(scale);
    return {
      group: info.group,
      versions: info.versions,
      kind,
      plural: info.plural,
      singular: info.singular,
      shortNames: info.shortNames,
      categories: istio ? ['istio-io', 'networking-istio-io'] : inAll.has(kind) ? ['all'] : [],
      namespaced: info.namespaced,
      verbs: allVerbs,
      subresources,
      family: istio ? 'custom' : 'builtin',
    };
  });
}

const builtin = (
  group: string,
  kind: string,
  plural: string,
  shortNames: readonly string[],
  more: Partial<ApiKind> = {},
): ApiKind => ({
  group,
  versions: ['v1'],
  kind,
  plural,
  singular: kind.toLowerCase(),
  shortNames,
  categories: [],
  namespaced: true,
  verbs: allVerbs,
  subresources: [],
  family: 'builtin',
  ...more,
});

const extra: readonly ApiKind[] = [
  builtin('', 'Event', 'events', ['ev']),
  builtin('', 'Node', 'nodes', ['no'], { namespaced: false, verbs: readOnly }),
  builtin(
    'apiextensions.k8s.io',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    ['crd', 'crds'],
    {
      namespaced: false,
      verbs: readOnly,
      categories: ['api-extensions'],
    },
  ),
];

/** Every stored kind. */
export const apiKinds: readonly ApiKind[] = [...fromMesh(), ...extra];

/** Questions that are answered and not stored: a POST gives the object back with its status. */
export const reviewKinds: readonly ApiKind[] = [
  ['authorization.k8s.io', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews'],
  ['authorization.k8s.io', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews'],
  ['authentication.k8s.io', 'SelfSubjectReview', 'selfsubjectreviews'],
].map(([group = '', kind = '', plural = '']) =>
  builtin(group, kind, plural, [], { namespaced: false, verbs: ['create'] }),
);

const byPlural = new Map<string, ApiKind>(
  [...apiKinds, ...reviewKinds].map((kind) => [`${kind.group}/${kind.plural}`, kind]),
);
const byKind = new Map<string, ApiKind>(
  [...apiKinds, ...reviewKinds].map((kind) => [`${kind.group}/${kind.kind}`, kind]),
);

export function findByPlural(group: string, version: string, plural: string): ApiKind | undefined {
  const found = byPlural.get(`${group}/${plural}`);
  return found?.versions.includes(version) ? found : undefined;
}

export function findByKind(group: string, kind: string): ApiKind | undefined {
  return byKind.get(`${group}/${kind}`);
}

/** Group versions in the order of discovery: the core group first, then by name; preferred versions first. */
export function groupVersions(): readonly {
  readonly group: string;
  readonly versions: readonly string[];
}[] {
  const groups = new Map<string, readonly string[]>();
  for (const { group, versions } of [...apiKinds, ...reviewKinds]) groups.set(group, versions);
  return [...groups]
    .map(([group, versions]) => ({ group, versions }))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

/** `v1` or `group/v1`. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}
