/** Destinations that no connection survives, and the one change that mends them: verified by asking again. */
import { resolveShortName } from '../mesh/index.ts';
import { type Resource, spanAt } from '../resource/index.ts';
import type { Call, DestinationShare, Verdict } from '../routing/index.ts';
import { destinationEdits } from './destination-edit.ts';
import {
  askEdited,
  type ConfigMiss,
  type Edit,
  exportedTo,
  type Ingredients,
  readerNamespace,
  wholeOrder,
} from './edit.ts';
import { subsetEdits } from './subset-edit.ts';
import { isNearly } from './virtual-service-edit.ts';

/** For each destination with a problem, the first change that takes it away; each change once. */
export function mendingChanges(
  call: Call,
  verdict: Verdict,
  ingredients: Ingredients,
): ConfigMiss[] {
  const found: ConfigMiss[] = [];
  for (const broken of verdict.destinations) {
    if (broken.problem === null) continue;
    for (const edit of editsFor(broken, verdict, ingredients)) {
      const other = askEdited(call, edit, ingredients);
      const count = (one: Verdict): number =>
        one.destinations.filter((d) => d.problem !== null).length;
      if (other.outcome !== 'routed' || count(other) >= count(verdict)) continue;
      const { what, object } = edit.change;
      const known = found.some(({ change }) => change.what === what && change.object === object);
      if (!known) found.push({ change: edit.change, verdict: other });
      break;
    }
  }
  return found;
}

function* editsFor(
  broken: DestinationShare,
  verdict: Verdict,
  ingredients: Ingredients,
): Generator<Edit> {
  const { resources, options } = ingredients;
  const clusterDomain = options.clusterDomain ?? 'cluster.local';
  yield* namedForHost(broken, resources);
  yield* brought(broken, verdict, ingredients);
  yield* withoutHiding(broken, verdict, resources);
  yield* subsetEdits(broken, verdict, resources);
  yield* shownTo(broken, readerNamespace(verdict), resources, clusterDomain);
  yield* destinationEdits(broken, verdict, resources, clusterDomain);
}

/** A DestinationRule with the subset, for a name that is nearly the host's. */
function* namedForHost(
  { host, subset }: DestinationShare,
  resources: readonly Resource[],
): Generator<Edit> {
  for (const object of resources) {
    if (object.kind !== 'DestinationRule' || !isNearly(object.spec.host ?? '', host)) continue;
    if (!(object.spec.subsets ?? []).some(({ name }) => name === subset)) continue;
    const what = `write its host as ${host}`;
    const change = { kind: 'config', what, object, span: spanAt(object.spec, 'host') } as const;
    yield { change, edited: { ...object, spec: { ...object.spec, host } } };
  }
}

/** A DestinationRule that hides the one with the subset. */
function* withoutHiding(
  { subset }: DestinationShare,
  verdict: Verdict,
  resources: readonly Resource[],
): Generator<Edit> {
  if (subset === '') return;
  for (const step of verdict.steps) {
    if (step.stage !== 'destination-rule' || step.result !== 'taken') continue;
    const object = resources.find(
      ({ kind, namespace, name }) =>
        kind === 'DestinationRule' && `${namespace}/${name}` === step.subject,
    );
    if (object?.kind !== 'DestinationRule') continue;
    const rest = `the subset ${subset}, or take it away so that it hides no other`;
    const order = wholeOrder('give', rest);
    yield { change: { kind: 'config', ...order, object, span: spanAt(object.spec) }, edited: null };
  }
}

/** A DestinationRule with the subset that is kept from this client: by its namespace, or by whom it is exported to. */
function* brought(
  { host, subset }: DestinationShare,
  verdict: Verdict,
  { resources, options }: Ingredients,
): Generator<Edit> {
  const namespace = readerNamespace(verdict);
  for (const step of verdict.steps) {
    if (step.stage !== 'destination-rule' || step.result !== 'rejected') continue;
    const object = resources.find(
      (one) => one.kind === 'DestinationRule' && `${one.namespace}/${one.name}` === step.subject,
    );
    if (object?.kind !== 'DestinationRule') continue;
    const { spec } = object;
    if (!(spec.subsets ?? []).some(({ name }) => name === subset)) continue;
    if (step.reason === 'not-exported') {
      const { what, span, exportTo } = exportedTo(spec, namespace);
      const change = { kind: 'config', what, object, span } as const;
      yield { change, edited: { ...object, spec: { ...spec, exportTo } } };
    }
    if (step.reason === 'other-namespace') {
      const domain = options.clusterDomain ?? 'cluster.local';
      const home = resources.find(
        (one) =>
          one.kind === 'Service' && resolveShortName(one.name, one.namespace, domain) === host,
      );
      const target = home?.namespace ?? namespace;
      const order = wholeOrder('put', `into namespace ${target}`);
      const change = { kind: 'config', ...order, object, span: spanAt(spec) } as const;
      yield { change, edited: { ...object, namespace: target, spec: { ...spec, host } } };
    }
  }
}

/** A Service that is there and not exported to this client. */
function* shownTo(
  { host }: DestinationShare,
  reader: string,
  resources: readonly Resource[],
  clusterDomain: string,
): Generator<Edit> {
  const key = 'networking.istio.io/exportTo';
  for (const object of resources) {
    if (object.kind === 'Service') {
      const what = `add ${reader} to its exportTo`;
      const { annotations } = object.metadata;
      const written = annotations?.[key];
      const full = resolveShortName(object.name, object.namespace, clusterDomain);
      if (full !== host || annotations === undefined || written === undefined) continue;
      const wider = { ...annotations, [key]: `${written},${reader}` };
      const metadata = { ...object.metadata, annotations: wider };
      const span = spanAt(object.metadata, 'annotations');
      const change = { kind: 'config', what, object, span } as const;
      yield { change, edited: { ...object, metadata } };
    }
    if (object.kind === 'ServiceEntry' && object.spec.hosts?.includes(host)) {
      const { spec } = object;
      const { what, span, exportTo } = exportedTo(spec, reader);
      const change = { kind: 'config', what, object, span } as const;
      yield { change, edited: { ...object, spec: { ...spec, exportTo } } };
    }
  }
}
