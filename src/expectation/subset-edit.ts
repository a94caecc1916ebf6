/** Changes to the DestinationRule that counts: a subset that it lacks, a label of a subset that no endpoint has. */
import { type Destination, type Resource, spanAt } from '../resource/index.ts';
import type { DestinationShare, Verdict } from '../routing/index.ts';
import { closest } from '../text/index.ts';
import { type Edit, placed } from './edit.ts';

type DestinationRule = Resource<'DestinationRule'>;
type Subset = NonNullable<DestinationRule['spec']['subsets']>[number];

export function* subsetEdits(
  broken: DestinationShare,
  verdict: Verdict,
  resources: readonly Resource[],
): Generator<Edit> {
  const object = countedFor(broken, verdict, resources);
  const subsets = object?.spec.subsets;
  if (object === null || subsets === undefined) return;
  const own = subsets.find(({ name }) => name === broken.subset);
  if (own !== undefined) yield* relabelled(object, own, resources);
  else if (broken.subset !== '') yield* added(object, broken.subset);
}

/** The DestinationRule that the trace names below the destination's step. */
function countedFor(
  { cluster }: DestinationShare,
  { steps }: Verdict,
  resources: readonly Resource[],
): DestinationRule | null {
  const from = steps.findIndex(
    ({ stage, subject }) => stage === 'destination' && subject === cluster,
  );
  const step = steps
    .slice(from + 1)
    .find(({ stage, result }) => stage === 'destination-rule' && result !== 'rejected');
  if (from === -1 || step === undefined) return null;
  for (const object of resources)
    if (object.kind === 'DestinationRule' && `${object.namespace}/${object.name}` === step.subject)
      return object;
  return null;
}

/** As its siblings are: where subset v1 asks for version=v1, subset v2 asks for version=v2. */
function* added(object: DestinationRule, name: Destination['subset'] & string): Generator<Edit> {
  const { spec } = object;
  const { subsets } = spec;
  if (subsets === undefined) return;
  for (const sibling of subsets) {
    const { labels } = sibling;
    if (labels === undefined) continue;
    const entries = Object.entries(labels);
    const [key] = entries.find(([, value]) => value === sibling.name) ?? [];
    if (key === undefined || entries.length !== 1) continue;
    const what = `add the subset ${name} with the label ${key}=${name}`;
    const subset: Subset = { ...sibling, name, labels: { ...labels, [key]: name } };
    const edited = { ...object, spec: { ...spec, subsets: placed([...subsets, subset], subsets) } };
    yield { change: { kind: 'config', what, object, span: spanAt(spec, 'subsets') }, edited };
    return;
  }
}

/** A value that is a letter off one that workloads or endpoints have. */
function* relabelled(
  object: DestinationRule,
  own: Subset,
  resources: readonly Resource[],
): Generator<Edit> {
  const { spec } = object;
  const { labels } = own;
  const { subsets } = spec;
  if (labels === undefined || subsets === undefined) return;
  for (const [key, value] of Object.entries(labels)) {
    // A letter off among few letters is another version, and so is what another subset asks for.
    if (value.length < 4) continue;
    const taken = subsets.map((one) => one.labels?.[key]);
    const known = valuesOf(key, resources);
    const free = known.filter((one) => !taken.includes(one));
    const near = known.includes(value) ? null : closest(value, free);
    if (near === null) continue;
    const what = `write the label of subset ${own.name} as ${key}=${near}`;
    const subset: Subset = { ...own, labels: { ...labels, [key]: near } };
    const list = subsets.map((one) => (one === own ? subset : one));
    const edited = { ...object, spec: { ...spec, subsets: placed(list, subsets) } };
    yield { change: { kind: 'config', what, object, span: spanAt(labels, key) }, edited };
  }
}

function valuesOf(key: string, resources: readonly Resource[]): readonly string[] {
  return [...new Set(resources.flatMap((one) => labelsOf(one).flatMap((l) => l?.[key] ?? [])))];
}

type Labels = { readonly [key: string]: string } | undefined;

function labelsOf(resource: Resource): readonly Labels[] {
  switch (resource.kind) {
    case 'Pod':
      return [resource.metadata.labels];
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return [resource.spec.template?.metadata?.labels];
    case 'ServiceEntry':
      return (resource.spec.endpoints ?? []).map(({ labels }) => labels);
    case 'WorkloadEntry':
      return [resource.spec.labels, resource.metadata.labels];
    default:
      return [];
  }
}
