/** What is another between two meshes, a line for each thing that a person would name. */
import type { Mesh, Workload } from '../mesh/index.ts';
import { type Resource, type RouteDestination, readMeshConfig } from '../resource/index.ts';
import { hostLabel } from './verdict-names.ts';

/** Lines beyond this are summed up. */
const linesMax = 12;

export function describeChange(before: Mesh, after: Mesh): readonly string[] {
  const old = byName(before);
  const now = byName(after);
  const lines: string[] = [];
  for (const [key, resource] of now) {
    const previous = old.get(key);
    if (resource.kind === 'Pod') lines.push(...podChanges(before, after, resource));
    else if (previous === undefined) lines.push(`${nameOf(resource)} added`);
    else if (contentOf(previous) !== contentOf(resource))
      lines.push(...changes(previous, resource));
    else if (resource.kind === 'ConfigMap' && settingsOf(previous) !== settingsOf(resource))
      lines.push(settingsChange(before, after, resource));
  }
  for (const [key, resource] of old) {
    if (now.has(key)) continue;
    if (resource.kind === 'Pod') lines.push(...podChanges(before, after, resource));
    else lines.push(`${nameOf(resource)} removed`);
  }
  if (lines.length <= linesMax) return lines;
  return [...lines.slice(0, linesMax), `and ${lines.length - linesMax} more changes`];
}

function byName(mesh: Mesh): ReadonlyMap<string, Resource> {
  return new Map(
    mesh.resources.map((resource) => [
      `${resource.kind} ${resource.namespace}/${resource.name}`,
      resource,
    ]),
  );
}

function nameOf({ kind, namespace, name }: Resource): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** What counts of an object: not where it stands in a file, and not what a cluster writes into it. */
function contentOf({ spec, metadata }: Resource): string {
  return JSON.stringify([spec, metadata.labels, metadata.annotations]);
}

/** Of the ConfigMap with those of the mesh. */
function settingsOf(resource: Resource): string {
  const text = resource.kind === 'ConfigMap' ? readMeshConfig(resource) : null;
  return JSON.stringify([text?.fields, text?.problem]);
}

function settingsChange({ config: old }: Mesh, { config: now }: Mesh, resource: Resource): string {
  return old.outboundPolicy === now.outboundPolicy
    ? `${nameOf(resource)} changed`
    : `${nameOf(resource)}: outboundTrafficPolicy ${old.outboundPolicy} -> ${now.outboundPolicy}`;
}

/** What the mesh started from a template, and what it is told of as a Pod, is the same by the same name. */
function podChanges(before: Mesh, after: Mesh, pod: Resource<'Pod'>): readonly string[] {
  const [was, is] = [workloadOf(before, pod), workloadOf(after, pod)];
  if (was === undefined) return [`${nameOf(pod)} added`];
  if (is === undefined) return [`${nameOf(pod)} removed`];
  if (was.state !== is.state)
    return [`${nameOf(pod)}: ${stateInWords[was.state]} -> ${stateInWords[is.state]}`];
  const same =
    was.resource.kind === is.resource.kind
      ? contentOf(was.resource) === contentOf(is.resource)
      : JSON.stringify(ownLabels(was)) === JSON.stringify(ownLabels(is));
  return same ? [] : [`${nameOf(pod)} changed`];
}

const stateInWords: Readonly<Record<Workload['state'], string>> = {
  ready: 'ready',
  unready: 'not ready',
  'not-running': 'not running',
};

function workloadOf({ workloadIndex }: Mesh, { namespace, name }: Resource): Workload | undefined {
  return workloadIndex.named(namespace, name).find((workload) => workload.name === name);
}

/** In the order of their names, but for the hashes that controllers add. */
function ownLabels({ labels }: Workload): readonly (readonly [string, string])[] {
  return Object.entries(labels)
    .filter(([key]) => key !== 'pod-template-hash' && key !== 'controller-revision-hash')
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function changes(before: Resource, after: Resource): readonly string[] {
  if (before.kind === 'VirtualService' && after.kind === 'VirtualService') {
    const lines = weightChanges(before, after);
    if (lines.length > 0) return lines;
  }
  const scaled = replicaChange(before, after);
  return [scaled === null ? `${nameOf(after)} changed` : `${nameOf(after)}: ${scaled}`];
}

/** Null where something else changed too. */
function replicaChange(before: Resource, after: Resource): string | null {
  const [was, is] = [replicasOf(before), replicasOf(after)];
  if (was === null || is === null || was === is) return null;
  const without = ({ spec, metadata }: Resource): string =>
    JSON.stringify([
      Object.entries(spec).filter(([field]) => field !== 'replicas'),
      metadata.labels,
      metadata.annotations,
    ]);
  return without(before) === without(after) ? `replicas ${was} -> ${is}` : null;
}

function replicasOf({ spec }: Resource): number | null {
  if (!('template' in spec)) return null;
  return 'replicas' in spec && typeof spec.replicas === 'number' ? spec.replicas : 1;
}

/** `v1 80 % -> 50 %, v2 20 % -> 50 %` for each rule whose shares moved. */
function weightChanges(
  before: Resource<'VirtualService'>,
  after: Resource<'VirtualService'>,
): readonly string[] {
  const old = rulesOf(before);
  return rulesOf(after).flatMap(({ path, route }) => {
    const previous = old.find((rule) => rule.path === path);
    if (previous === undefined) return [];
    const was = shares(previous.route);
    const is = shares(route);
    const moved = [...new Set([...was.keys(), ...is.keys()])].filter(
      (label) => was.get(label) !== is.get(label),
    );
    if (moved.length === 0) return [];
    const text = moved.map(
      (label) => `${label} ${percent(was.get(label))} -> ${percent(is.get(label))}`,
    );
    return [`${nameOf(after)} ${path}: ${text.join(', ')}`];
  });
}

type Rule = { readonly path: string; readonly route: readonly RouteDestination[] };

function rulesOf({ spec }: Resource<'VirtualService'>): readonly Rule[] {
  return [
    ...(spec.tcp ?? []).map(({ route }, i) => ({ path: `spec.tcp[${i}]`, route: route ?? [] })),
    ...(spec.tls ?? []).map(({ route }, i) => ({ path: `spec.tls[${i}]`, route: route ?? [] })),
  ];
}

/** Shares from 0 to 1 by destination; a single destination has all, whatever its weight. */
function shares(route: readonly RouteDestination[]): ReadonlyMap<string, number> {
  const total = route.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  const found = new Map<string, number>();
  for (const { destination, weight } of route) {
    const host = destination?.host ?? '';
    const label = destination?.subset ?? hostLabel(host);
    const share = route.length === 1 ? 1 : total === 0 ? 0 : (weight ?? 0) / total;
    found.set(label, (found.get(label) ?? 0) + share);
  }
  return found;
}

function percent(share: number | undefined): string {
  return `${Math.round((share ?? 0) * 1000) / 10} %`;
}
