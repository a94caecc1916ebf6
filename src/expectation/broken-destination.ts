/** Destinations that no connection survives, and the one change that mends them: verified by asking again. */
import { resolveShortName } from '../mesh/index.ts';
import { type Resource, spanAt } from '../resource/index.ts';
import type { Call, DestinationShare, Verdict } from '../routing/index.ts';
import { askEdited, type ConfigMiss, type Edit, type Ingredients, placed } from './edit.ts';
import { isNearly } from './virtual-service-edit.ts';

/** For each destination with a problem, the first change that takes it away. */
export function mendingChanges(
  call: Call,
  verdict: Verdict,
  ingredients: Ingredients,
): ConfigMiss[] {
  return verdict.destinations.flatMap((broken): ConfigMiss[] => {
    if (broken.problem === null) return [];
    for (const edit of editsFor(broken, verdict, ingredients)) {
      const other = askEdited(call, edit, ingredients);
      const count = (one: Verdict): number =>
        one.destinations.filter((d) => d.problem !== null).length;
      if (other.outcome === 'routed' && count(other) < count(verdict))
        return [{ change: edit.change, verdict: other }];
    }
    return [];
  });
}

function* editsFor(
  broken: DestinationShare,
  verdict: Verdict,
  { resources, options }: Ingredients,
): Generator<Edit> {
  yield* namedForHost(broken, resources);
  yield* withoutHiding(broken, verdict, resources);
  yield* fullNames(broken, verdict, resources, options.clusterDomain ?? 'cluster.local');
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
    const what = `give it the subset ${subset}, or take it away so that it hides no other`;
    yield { change: { kind: 'config', what, object, span: spanAt(object.spec) }, edited: null };
  }
}

/** A name that no service has: completed by its domain, or of a service of that name in another namespace. */
function* fullNames(
  { host }: DestinationShare,
  { rule }: Verdict,
  resources: readonly Resource[],
  clusterDomain: string,
): Generator<Edit> {
  const full = serviceMeant(host, resources, clusterDomain);
  const object = resources.find(
    (resource) =>
      resource.kind === 'VirtualService' &&
      resource.namespace === rule?.namespace &&
      resource.name === rule.name,
  );
  if (full === null || object?.kind !== 'VirtualService') return;
  const { tcp } = object.spec;
  if (tcp === undefined) return;
  const rules = tcp.map((own) => ({
    ...own,
    route:
      own.route === undefined
        ? undefined
        : placed(
            own.route.map((one) =>
              one.destination?.host === host
                ? { ...one, destination: { ...one.destination, host: full } }
                : one,
            ),
            own.route,
          ),
  }));
  const written = tcp
    .flatMap((own) => own.route ?? [])
    .find(({ destination }) => destination?.host === host)?.destination;
  yield {
    change: {
      kind: 'config',
      what: `write the destination as ${full}`,
      object,
      span: written === undefined ? spanAt(object.spec) : spanAt(written, 'host'),
    },
    edited: { ...object, spec: { ...object.spec, tcp: placed(rules, tcp) } },
  };
}

/** `b.default` is no short name (with a dot in it a name stands as it is), and `b` is one of the rule's own namespace. */
function serviceMeant(
  host: string,
  resources: readonly Resource[],
  clusterDomain: string,
): string | null {
  const hosts = resources.flatMap((resource) =>
    resource.kind === 'Service'
      ? [resolveShortName(resource.name, resource.namespace, clusterDomain)]
      : [],
  );
  if (hosts.includes(host)) return null;
  const label = `${host.split('.')[0]}.`;
  return (
    hosts.find((full) => full.startsWith(`${host}.`)) ??
    hosts.find((full) => full.startsWith(label)) ??
    null
  );
}
