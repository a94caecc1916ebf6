/** The host names that Services and ServiceEntries define, under the scopes that they are exported to, as Istio's analyzers look them up. */
import { HostIndex, serviceHost } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { expandHost } from './host-name.ts';
import { lazy } from './lazy.ts';
import type { Objects } from './objects.ts';

export type KnownHost = {
  readonly host: string;
  readonly resource: Resource<'Service'> | Resource<'ServiceEntry'>;
  readonly ports: readonly { readonly number: number; readonly name: string }[];
};

export type KnownHosts = {
  /** analyzers/util/find_service_entry.go: everybody's, then the asking resource's own scopes, then wildcards. */
  readonly lookup: (
    host: string,
    namespace: string,
    exportTo: readonly string[] | undefined,
  ) => KnownHost | undefined;
  /** The same host whatever its scope. */
  readonly anywhere: (fqdn: string) => KnownHost | undefined;
  /** Has any of them a name in common with this one? */
  readonly overlaps: (fqdn: string) => boolean;
  /** Every host that is defined. */
  readonly names: readonly string[];
  /** Those that are called so in the cluster too, for suggestions. */
  readonly settled: readonly string[];
  /** Those that are not, with what defines them. */
  readonly moved: readonly KnownHost[];
};

const everybody = '*';

export function gatherKnownHosts(
  objects: Objects,
  clusterDomain: string,
  isMoved: (source: string, namespace: string) => boolean,
): KnownHosts {
  const scoped = new ScopedHosts(definedHosts(objects, clusterDomain));
  const { anywhere } = scoped;
  const moved = [...anywhere.values()].filter(
    ({ resource: { kind, span, namespace } }) =>
      kind === 'Service' && isMoved(span.source.name, namespace),
  );
  const unsettled = new Set(moved.map(({ host }) => host));
  const names = [...anywhere.keys()];
  const index = lazy(() => {
    const byHost = new HostIndex<true>();
    for (const name of names) byHost.set(name, true);
    return byHost;
  });
  return {
    names,
    overlaps: (fqdn) => index().overlapping(fqdn).next().done !== true,
    settled: names.filter((name) => !unsettled.has(name)),
    moved,
    anywhere: (fqdn) => anywhere.get(fqdn),
    lookup: (host, namespace, exportTo) => {
      if (anywhere.size === 0) return undefined;
      const fqdn = expandHost(host, namespace, clusterDomain);
      return scoped.find(fqdn, namespace, exportTo) ?? scoped.findWildcard(host, namespace);
    },
  };
}

/** Under the scopes that each is exported to. */
class ScopedHosts {
  /** The same host whatever its scope. */
  readonly anywhere = new Map<string, KnownHost>();
  readonly #scopes = new Map<string, Map<string, KnownHost>>();
  readonly #wildcards: ScopedHost[] = [];

  constructor(hosts: Iterable<ScopedHost>) {
    for (const one of hosts) {
      const { scope, known } = one;
      const within = this.#scopes.get(scope) ?? new Map<string, KnownHost>();
      this.#scopes.set(scope, within);
      // Services come first and stay. Which of several ServiceEntries answers is not defined; recorded answers had the last.
      for (const index of [within, this.anywhere])
        if (index.get(known.host)?.resource.kind !== 'Service') index.set(known.host, known);
      if (known.host.startsWith('*')) this.#wildcards.push(one);
    }
  }

  find(
    fqdn: string,
    namespace: string,
    exportTo: readonly string[] | undefined,
  ): KnownHost | undefined {
    const own = exportTo === undefined || exportTo.length === 0 ? ['.'] : exportTo;
    for (const scope of [everybody, ...own]) {
      const known = this.#scopes.get(scope === '.' ? namespace : scope)?.get(fqdn);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  findWildcard(host: string, namespace: string): KnownHost | undefined {
    const bare = host.startsWith('*') ? host.slice(1) : host;
    return this.#wildcards.find(
      ({ scope, known }) =>
        (scope === everybody || scope === namespace) && bare.endsWith(known.host.slice(1)),
    )?.known;
  }
}

type ScopedHost = { readonly scope: string; readonly known: KnownHost };

function* definedHosts(objects: Objects, clusterDomain: string): Iterable<ScopedHost> {
  for (const service of objects.of('Service')) {
    const known: KnownHost = {
      host: serviceHost(service.name, service.namespace, clusterDomain),
      resource: service,
      ports: (service.spec.ports ?? []).map(({ port = 0, name = '' }) => ({ number: port, name })),
    };
    for (const scope of serviceScopes(service)) yield { scope, known };
  }
  for (const entry of objects.of('ServiceEntry')) {
    const ports = (entry.spec.ports ?? []).map(({ number = 0, name = '' }) => ({ number, name }));
    for (const host of entry.spec.hosts ?? []) {
      const fqdn = expandHost(host, entry.namespace, clusterDomain);
      const known: KnownHost = { host: fqdn, resource: entry, ports };
      for (const scope of scopesOf(entry.spec.exportTo, entry.namespace)) yield { scope, known };
    }
  }
}

/** exportTo as a set of namespaces; `*` for all. */
export function scopesOf(exportTo: readonly string[] | undefined, namespace: string): string[] {
  if (exportTo === undefined || exportTo.length === 0 || exportTo.includes('*')) return [everybody];
  return [...new Set(exportTo.map((scope) => (scope === '.' ? namespace : scope)))];
}

function serviceScopes(service: Resource<'Service'>): string[] {
  const annotation = service.metadata.annotations?.['networking.istio.io/exportTo'];
  if (annotation === undefined || annotation === '') return [everybody];
  return annotation
    .split(',')
    .map((scope) => scope.trim())
    .map((scope) => (scope === '.' ? service.namespace : scope));
}
