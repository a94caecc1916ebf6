/** Objects that go wherever kubectl happens to stand. */
import type { Edit, Fix, Occurrence } from '../../diagnostic/index.ts';
import { beforeServiceTail, type Mesh } from '../../mesh/index.ts';
import { at, type Placed, type Resource } from '../../resource/index.ts';
import { agree, anyOf, count } from '../../text/index.ts';
import { below, insertEntry, type YamlNode } from '../../yaml/index.ts';
import { isSettled, namespacesBuilt } from '../facts/built-namespaces.ts';
import { destinationsOf } from '../facts/destinations.ts';
import type { Facts } from '../facts/facts.ts';
import { groupBy } from '../facts/group-by.ts';
import { expandHost } from '../facts/host-name.ts';
import { lazyFor } from '../facts/lazy.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

const kinds = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar'] as const;

export const namespaceLeftOut: LintRule = {
  meta: {
    code: 'TCM1003',
    name: 'namespace-left-out',
    severity: 'info',
    summary: 'An object that is referred to by namespace does not name its own.',
    why: 'It goes into the namespace that kubectl is set to. Short host names, `exportTo: [.]` and the choice of a DestinationRule depend on it.',
    help: 'Write metadata.namespace.',
    istio: nobodyElse,
  },
  reads: kinds,
  kiali: null,
  *check(facts) {
    // Where no object names a namespace, all go to the same one and nothing can come apart.
    const named = kinds.some((kind) =>
      facts.objects.of(kind).some(({ metadata }) => (metadata.namespace ?? '') !== ''),
    );
    const services = facts.objects.of('Service');
    if (!named && !services.some(({ metadata }) => (metadata.namespace ?? '') !== '')) return;
    const without = kinds
      .flatMap((kind): readonly Resource[] => facts.objects.of(kind))
      .filter(({ metadata }) => (metadata.namespace ?? '') === '')
      .filter((resource) => !isWrittenWrong(resource))
      .sort((a, b) => a.order - b.order);
    // Once a file: it is seldom that one object in it was forgotten.
    for (const [first, ...more] of groupBy(without, ({ span }) => span.source.name).values())
      if (first !== undefined) yield leftOut(first, more, facts);
  },
};

function leftOut(first: Resource, more: readonly Resource[], facts: Facts): Occurrence {
  const { kind, namespace } = first;
  const others = more.length === 0 ? '' : ` and ${count(more.length, 'more object')} of this file`;
  const verb = agree(1 + more.length, 'names', 'name');
  const are = agree(1 + more.length, 'is', 'are');
  return occurrence(
    first,
    first.metadata,
    ['name'],
    `this ${kind}${others} ${verb} no namespace and ${are} taken to be in ${namespace === '' ? 'none' : namespace}, while others here name theirs`,
    namespace === ''
      ? {}
      : {
          ...mended([first, ...more], facts),
          related: more.slice(0, 2).map((resource) => ({
            message: `${resource.kind} ${resource.name} too`,
            span: nameSpan(resource),
          })),
        },
  );
}

/** Where names of them are those of Services elsewhere, they hardly belong where they would go. */
function mended(resources: readonly Resource[], facts: Facts): Partial<Occurrence> {
  const [first] = resources;
  const belong = resources.length === 1 ? 'it belongs' : 'they belong';
  const namespace = first?.namespace ?? '';
  if (first !== undefined && !isSettled(first, facts)) {
    const built = anyOf(namespacesBuilt(first, facts));
    return { help: `Check what kustomize builds: there this is in ${built}.` };
  }
  const homes = new Set(resources.flatMap((resource) => homesOf(resource, facts)));
  const [home, ...others] = [...homes].filter((one) => one !== namespace);
  if (home === undefined)
    return {
      help: `Write \`namespace: ${namespace}\` if that is where ${belong}.`,
      fix: namespacesWritten(resources, namespace),
    };
  const isSure = others.length === 0 && !homes.has(namespace);
  const guess = isSure ? namespacesWritten(resources, home) : undefined;
  return {
    help: `Write \`namespace: ${home}\`, where the Service is that ${resources.length === 1 ? 'it names' : 'they name'}, if ${belong} there.`,
    ...(guess === undefined ? {} : { guess }),
  };
}

/** Namespaces of the Services that it names. What sends to another namespace from its own is at home in its own. */
function homesOf(resource: Resource, facts: Facts): readonly string[] {
  const names = hostsIn(resource);
  const short = names.filter((name) => !name.includes('.'));
  const homes = short.flatMap((name) => homesOfName(name, resource, facts));
  const written = names.flatMap((name) => namespaceIn(name, facts.options.clusterDomain));
  return homes.includes(resource.namespace) || written.includes(resource.namespace)
    ? [resource.namespace, ...homes]
    : [...homes, ...written];
}

/** Those elsewhere count where its own namespace has none of the name. */
function homesOfName(
  name: string,
  { namespace }: Resource,
  { mesh, options }: Facts,
): readonly string[] {
  if (mesh.servicesByHost.has(expandHost(name, namespace, options.clusterDomain)))
    return [namespace];
  return (
    servicesByName(mesh)
      .get(name)
      ?.map((service) => service.namespace) ?? []
  );
}

const servicesByName = lazyFor((mesh: Mesh) =>
  groupBy(
    mesh.services.filter(({ resource }) => resource.kind === 'Service'),
    ({ name }) => name,
  ),
);

/** Of a full name such as `db.shop.svc.cluster.local`. */
function namespaceIn(host: string, clusterDomain: string): readonly string[] {
  const head = beforeServiceTail(host, clusterDomain);
  const dot = head?.lastIndexOf('.') ?? -1;
  return head === null || dot === -1 ? [] : [head.slice(dot + 1)];
}

function hostsIn(resource: Resource): readonly string[] {
  const names =
    resource.kind === 'VirtualService'
      ? [
          ...(resource.spec.hosts ?? []),
          ...destinationsOf(resource).map(({ destination }) => destination?.host ?? ''),
        ]
      : resource.kind === 'DestinationRule'
        ? [resource.spec.host ?? '']
        : [];
  return names.filter((name) => name !== '');
}

/** `namespace: no` is a boolean: that it has to be quoted is said already. */
function isWrittenWrong({ metadata }: Resource): boolean {
  const written = namespaceNode(metadata);
  return written !== undefined && (written.kind !== 'scalar' || (written.value ?? '') !== '');
}

function namespaceNode(metadata: Placed): YamlNode | undefined {
  return below(metadata[at].node, 'namespace');
}

function namespacesWritten(resources: readonly Resource[], namespace: string): Fix | undefined {
  const edits = resources.flatMap((resource) => namespaceWritten(resource, namespace) ?? []);
  return edits.length === 0 ? undefined : { title: `Write namespace: ${namespace}`, edits };
}

function namespaceWritten({ metadata }: Resource, namespace: string): Edit | null {
  const { node } = metadata[at];
  // An empty one is there: a second would be a mistake.
  if (node.kind !== 'map' || namespaceNode(metadata) !== undefined) return null;
  return insertEntry(node, 'name', 'namespace', namespace);
}
