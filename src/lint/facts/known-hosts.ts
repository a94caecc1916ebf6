/** The host names that Services and ServiceEntries define, under the scopes that they are exported to, as Istio's analyzers look them up. */
import { serviceHost } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { expandHost } from './host-name.ts';
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
  const scopes = new Map<string, Map<string, KnownHost>>();
  const anywhere = new Map<string, KnownHost>();
  const wildcards: { readonly scope: string; readonly known: KnownHost }[] = [];

  const add = (scope: string, known: KnownHost): void => {
    let hosts = scopes.get(scope);
    if (hosts === undefined) {
      hosts = new Map();
      scopes.set(scope, hosts);
    }
    // Services come first and stay. Which of several ServiceEntries answers is not defined; recorded answers had the last.
    if (hosts.get(known.host)?.resource.kind !== 'Service') hosts.set(known.host, known);
    if (anywhere.get(known.host)?.resource.kind !== 'Service') anywhere.set(known.host, known);
    if (known.host.startsWith('*')) wildcards.push({ scope, known });
  };

  for (const service of objects.of('Service')) {
    const known: KnownHost = {
      host: serviceHost(service.name, service.namespace, clusterDomain),
      resource: service,
      ports: (service.spec.ports ?? []).map((port) => ({
        number: port.port ?? 0,
        name: port.name ?? '',
      })),
    };
    for (const scope of serviceScopes(service)) add(scope, known);
  }
  for (const entry of objects.of('ServiceEntry')) {
    const ports = (entry.spec.ports ?? []).map((port) => ({
      number: port.number ?? 0,
      name: port.name ?? '',
    }));
    for (const host of entry.spec.hosts ?? []) {
      const fqdn = expandHost(host, entry.namespace, clusterDomain);
      const known: KnownHost = { host: fqdn, resource: entry, ports };
      for (const scope of scopesOf(entry.spec.exportTo, entry.namespace)) add(scope, known);
    }
  }

  const movedHosts = [...anywhere.values()].filter(
    ({ resource: { kind, span, namespace } }) =>
      kind === 'Service' && isMoved(span.source.name, namespace),
  );
  const unsettled = new Set(movedHosts.map(({ host }) => host));
  const names = [...anywhere.keys()];
  return {
    names,
    settled: names.filter((name) => !unsettled.has(name)),
    moved: movedHosts,
    anywhere: (fqdn) => anywhere.get(fqdn),
    lookup: (host, namespace, exportTo) => {
      if (anywhere.size === 0) return undefined;
      const fqdn = expandHost(host, namespace, clusterDomain);
      const own = exportTo === undefined || exportTo.length === 0 ? ['.'] : exportTo;
      for (const scope of [everybody, ...own.map((s) => (s === '.' ? namespace : s))]) {
        const known = scopes.get(scope)?.get(fqdn);
        if (known !== undefined) return known;
      }
      const bare = host.startsWith('*') ? host.slice(1) : host;
      return wildcards.find(
        ({ scope, known }) =>
          (scope === everybody || scope === namespace) && bare.endsWith(known.host.slice(1)),
      )?.known;
    },
  };
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
