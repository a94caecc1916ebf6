/** A Sidecar that imports a host which nothing defines. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { hostsOverlap, type Mesh } from '../../mesh/index.ts';
import type { IstioEgressListener, Placed, Resource } from '../../resource/index.ts';
import { afterSlash, anyOf, closest, listed, splitAtSlash } from '../../text/index.ts';
import { isSettled, namespacesBuilt } from '../facts/built-namespaces.ts';
import type { Facts } from '../facts/facts.ts';
import { hostMeant } from '../facts/host-meant.ts';
import { judgesHost } from '../facts/judged-host.ts';
import type { KnownHost } from '../facts/known-hosts.ts';
import { type LintRule, nameSpan, nobodyElse, occurrence } from '../rule.ts';

export const sidecarHostUnknown: LintRule = {
  meta: {
    code: 'TCM1410',
    name: 'sidecar-host-unknown',
    severity: 'warning',
    summary:
      'A Sidecar imports a host that no Service or ServiceEntry has, or not in that namespace, or on a port that it lacks.',
    why: 'The entry imports nothing; what was meant stays out of the reach of the workloads.',
    help: 'Write namespace/full-host-name; short names are not completed here.',
    istio: nobodyElse,
  },
  reads: ['Sidecar', 'Service', 'ServiceEntry'],
  kiali: 'KIA1004',
  *check(facts) {
    const filled = facts.judges('services') ? filledNamespaces(facts) : null;
    for (const sidecar of facts.objects.of('Sidecar'))
      for (const listener of sidecar.spec.egress ?? []) {
        const { hosts } = listener;
        if (hosts === undefined) continue;
        yield* strangers(sidecar, hosts, facts);
        yield* elsewhere(sidecar, hosts, facts);
        if (filled !== null) yield* emptyNamespaces(sidecar, hosts, filled, facts);
        yield* withoutServices(sidecar, listener, facts);
      }
  },
};

/** What a client with the Sidecar imports by a listener is routing's to say. */
function* withoutServices(
  sidecar: Resource<'Sidecar'>,
  listener: IstioEgressListener,
  facts: Facts,
): Iterable<Occurrence> {
  const { port, hosts = [] } = listener;
  const named = hosts.map((entry) => namedBy(entry, facts));
  // Where names are missing, that is the reason; of wildcards more may be elsewhere.
  if (port?.number === undefined || named.length === 0 || named.includes(null)) return;
  const labels = sidecar.spec.workloadSelector?.labels ?? {};
  const { namespace } = sidecar;
  const compiled = facts.routes().compiled({ kind: 'sidecar', namespace, labels });
  if (compiled.kind !== 'sidecar' || compiled.scope.sidecar !== sidecar) return;
  const made = compiled.scope.egress.find(({ egress }) => egress === listener);
  if (made === undefined || made.services.length > 0) return;
  const ports = new Set(named.flatMap((known) => known?.ports.map((one) => one.number) ?? []));
  const offered = [...ports].sort((a, b) => a - b).map(String);
  yield occurrence(
    sidecar,
    port,
    ['number'],
    `none of the services of this listener has port ${port.number}: it imports nothing, and nothing listens there`,
    {
      why: 'Of what its hosts name, a listener with a port imports only services that have that very port.',
      help:
        offered.length === 0 ? 'Name a service that has the port.' : `Use ${anyOf(offered, 5)}.`,
    },
  );
}

/** Null for a wildcard, and for what is not defined here. */
function namedBy(entry: string, facts: Facts): KnownHost | null {
  const host = afterSlash(entry);
  return host.startsWith('*') ? null : (facts.hosts().anywhere(host) ?? null);
}

function* strangers(
  sidecar: Resource<'Sidecar'>,
  hosts: readonly string[] & Placed,
  facts: Facts,
): Iterable<Occurrence> {
  for (const [i, entry] of hosts.entries()) {
    const [where, host] = splitAtSlash(entry);
    if (where === undefined || host.startsWith('*') || entry.startsWith('~')) continue;
    if (!host.includes('.') ? !facts.judges('services') : !judgesHost(host, facts)) continue;
    if (facts.hosts().overlaps(host)) continue;
    if (hasRules(entryOf(entry, sidecar), facts.mesh)) continue;
    const meant = hostMeant(host, host, null, facts).hosts.map((name) => `${where}/${name}`);
    yield occurrence(
      sidecar,
      hosts,
      [i],
      `no Service or ServiceEntry has the host ${host}: this entry imports nothing`,
      meant.length > 0
        ? { help: `Did you mean ${anyOf(meant)}?` }
        : host.includes('.')
          ? { help: 'Name a host that a Service or ServiceEntry defines, or add one for it.' }
          : {},
    );
  }
}

/** A host that is defined, but in another namespace than the entry names. */
function* elsewhere(
  sidecar: Resource<'Sidecar'>,
  hosts: readonly string[] & Placed,
  facts: Facts,
): Iterable<Occurrence> {
  const { mesh } = facts;
  for (const [i, entry] of hosts.entries()) {
    const { namespace, host } = entryOf(entry, sidecar);
    const services = namespace === null ? [] : (mesh.servicesByHost.get(host) ?? []);
    if (services.length === 0 || services.some((one) => one.namespace === namespace)) continue;
    if (hasRules(entryOf(entry, sidecar), mesh)) continue;
    const there = [...new Set(services.map((one) => one.namespace))];
    const settled = services.filter(({ resource }) => isSettled(resource, facts));
    const meant = [...new Set(settled.map((one) => `\`${one.namespace}/${host}\``))];
    yield occurrence(
      sidecar,
      hosts,
      [i],
      `${host} is in namespace ${listed(there)}, not in ${namespace}: this entry imports nothing`,
      {
        ...(meant.length === 0 ? {} : { help: `Write ${anyOf(meant)}.` }),
        related: services.slice(0, 2).map(({ resource }) => ({
          message: 'the host is defined here',
          span: nameSpan(resource),
        })),
      },
    );
  }
}

/** Namespaces that have something to import. */
function filledNamespaces(facts: Facts): ReadonlySet<string> {
  const { services, virtualServices } = facts.mesh;
  return new Set(
    [...services, ...virtualServices.all].flatMap(({ resource }) => [
      ...namespacesBuilt(resource, facts),
    ]),
  );
}

/** `NAMESPACE/*` of a namespace that has nothing to import. Of files, most namespaces are elsewhere: there only a typing error is one. */
function* emptyNamespaces(
  sidecar: Resource<'Sidecar'>,
  hosts: readonly string[] & Placed,
  filled: ReadonlySet<string>,
  { options }: Facts,
): Iterable<Occurrence> {
  for (const [i, entry] of hosts.entries()) {
    const { namespace, host } = entryOf(entry, sidecar);
    if (namespace === null || host !== '*' || filled.has(namespace)) continue;
    // The namespace of the Sidecar itself is named for what it may have some day.
    if (namespace === sidecar.namespace) continue;
    const meant = closest(namespace, filled);
    if (meant === null && options.refs !== 'require') continue;
    yield occurrence(
      sidecar,
      hosts,
      [i],
      `no Service, ServiceEntry or VirtualService is in namespace ${namespace}: this entry imports nothing`,
      {
        help:
          meant === null
            ? 'Name a namespace that has services, or leave the entry out.'
            : `Did you mean \`${meant}/*\`?`,
      },
    );
  }
}

/** An entry imports VirtualServices too, by their hosts. */
function hasRules({ namespace, host }: Entry, mesh: Mesh): boolean {
  return mesh.virtualServices.all.some(
    ({ resource, hosts }) =>
      (namespace === null || resource.namespace === namespace) &&
      hosts.some((named) => hostsOverlap(named, host)),
  );
}

type Entry = { readonly namespace: string | null; readonly host: string };

/** namespace: null where the entry names none by itself (`*`, `~`). */
function entryOf(entry: string, sidecar: Resource<'Sidecar'>): Entry {
  const [written = '', host] = splitAtSlash(entry);
  if (written === '.') return { namespace: sidecar.namespace, host };
  return { namespace: /^[*~]|^$/.test(written) ? null : written, host };
}
