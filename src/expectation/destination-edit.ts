/** Changes to what a rule's destination says: its host, its port, its subset. */
import { resolveShortName } from '../mesh/index.ts';
import { type Destination, type Resource, spanAt } from '../resource/index.ts';
import type { DestinationShare, Verdict } from '../routing/index.ts';
import { closest } from '../text/index.ts';
import { type Edit, placed } from './edit.ts';
import { serviceMeant, servicePorts } from './service-meant.ts';

type VirtualService = Resource<'VirtualService'>;

/** The likeliest slip first. */
export function* destinationEdits(
  broken: DestinationShare,
  { rule, destinations }: Verdict,
  resources: readonly Resource[],
  clusterDomain: string,
): Generator<Edit> {
  const object = resources.find(
    (one) =>
      one.kind === 'VirtualService' && one.namespace === rule?.namespace && one.name === rule.name,
  );
  if (object?.kind !== 'VirtualService') return;
  const isBroken = ({ host, port, subset }: Destination): boolean =>
    resolveShortName(host ?? '', object.namespace, clusterDomain) === broken.host &&
    (subset ?? '') === broken.subset &&
    (port?.number === undefined || port.number === broken.port);
  const edit = (what: string, key: string, patch: Partial<Destination>): Edit =>
    withDestinations(object, isBroken, what, key, patch);
  const full = serviceMeant(broken.host, resources, clusterDomain);
  if (full !== null) yield edit(`write the destination as ${full}`, 'host', { host: full });
  const ports = servicePorts(broken.host, resources, clusterDomain);
  if (ports.length > 0 && !ports.includes(broken.port))
    for (const number of ports) {
      const what = `send to port ${number} of ${broken.host}`;
      yield edit(what, 'port', { port: { number } as Destination['port'] });
    }
  if (broken.subset === '') return;
  // A subset that has its share already is not the one that was meant.
  const used = destinations.flatMap(({ host, subset }) => (host === broken.host ? subset : []));
  const others = subsetsFor(broken.host, resources, clusterDomain);
  const near = closest(
    broken.subset,
    others.filter((name) => !used.includes(name)),
  );
  if (near !== null) yield edit(`write the subset as ${near}`, 'subset', { subset: near });
  const what = `take the subset ${broken.subset} out of its destination`;
  yield edit(what, 'subset', { subset: undefined });
}

function subsetsFor(
  host: string,
  resources: readonly Resource[],
  clusterDomain: string,
): readonly string[] {
  return resources.flatMap((one) =>
    one.kind === 'DestinationRule' &&
    resolveShortName(one.spec.host ?? '', one.namespace, clusterDomain) === host
      ? (one.spec.subsets ?? []).flatMap(({ name }) => name ?? [])
      : [],
  );
}

/** All destinations of the VirtualService that are broken in the same way, changed alike. */
function withDestinations(
  object: VirtualService,
  isBroken: (destination: Destination) => boolean,
  what: string,
  key: string,
  patch: Partial<Destination>,
): Edit {
  const { spec } = object;
  const [first] = [...(spec.tcp ?? []), ...(spec.tls ?? [])]
    .flatMap(({ route }) => route ?? [])
    .flatMap(({ destination }) =>
      destination !== undefined && isBroken(destination) ? [destination] : [],
    );
  const changed = <R extends NonNullable<typeof spec.tcp>[number]['route']>(route: R) =>
    route === undefined
      ? undefined
      : placed(
          route.map((one) =>
            one.destination !== undefined && isBroken(one.destination)
              ? { ...one, destination: { ...one.destination, ...patch } }
              : one,
          ),
          route,
        );
  const { tcp, tls } = spec;
  const edited = {
    ...spec,
    tcp:
      tcp &&
      placed(
        tcp.map((rule) => ({ ...rule, route: changed(rule.route) })),
        tcp,
      ),
    tls:
      tls &&
      placed(
        tls.map((rule) => ({ ...rule, route: changed(rule.route) })),
        tls,
      ),
  };
  const span = first === undefined ? spanAt(spec) : spanAt(first, key);
  return { change: { kind: 'config', what, object, span }, edited: { ...object, spec: edited } };
}
