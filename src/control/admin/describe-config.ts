/** What each proxy of a mesh is configured with, as plain JSON: its listeners, their filter chains, and who takes their connections. */
import {
  type Compiled,
  type FilterChain,
  type Listener,
  listenersOf,
} from '../../routing/index.ts';
import type { RunningMesh } from '../running-mesh.ts';

/** Proxies that are listed when none is named. */
const proxiesMax = 50;

export type ConfigDescription = {
  readonly proxies: readonly { readonly name: string; readonly listeners: readonly unknown[] }[];
  /** Those that were left out for their number; `?proxy=NAME` shows one. */
  readonly more: number;
};

export function describeConfig(running: RunningMesh, wanted: string | null): ConfigDescription {
  const gateways = new Map(
    running.plan.listeners.map(({ gateway, viewpoint }) => [gateway, viewpoint] as const),
  );
  const proxies = [
    ...gateways,
    ...running.clients().map(({ name, viewpoint }) => [name, viewpoint] as const),
  ].filter(([name]) => wanted === null || name === wanted);
  return {
    proxies: proxies.slice(0, proxiesMax).map(([name, viewpoint]) => ({
      name,
      listeners: describe(running.table.compiled(name, viewpoint)),
    })),
    more: Math.max(0, proxies.length - proxiesMax),
  };
}

function describe(compiled: Compiled): readonly unknown[] {
  return listenersOf(compiled).map((listener) => ({
    address: `${listener.bind}:${listener.port}`,
    inspects: [listener.inspectsTls ? 'tls' : '', listener.inspectsHttp ? 'http' : ''].filter(
      (kind) => kind !== '',
    ),
    filterChains: listener.chains.map(describeChain),
    defaultFilterChain: defaultOf(listener),
    rejected:
      listener.rejection === null
        ? null
        : `${listener.rejection.kind}: ${listener.rejection.value}`,
  }));
}

function defaultOf({ defaultChain }: Listener): unknown {
  if (defaultChain === null) return null;
  return typeof defaultChain === 'string'
    ? 'passthrough or blackhole'
    : describeChain(defaultChain);
}

function describeChain({ cidrs, sniHosts, transport, alpn, target }: FilterChain): unknown {
  return {
    ...(cidrs.length === 0 ? {} : { destinationSubnets: cidrs }),
    ...(sniHosts.length === 0 ? {} : { sniHosts }),
    ...(transport === '' ? {} : { transport }),
    ...(alpn.length === 0 ? {} : { alpn }),
    target: describeTarget(target),
  };
}

function describeTarget(target: FilterChain['target']): unknown {
  switch (target.kind) {
    case 'rule':
      return {
        virtualService: `${target.source.virtualService.namespace}/${target.source.virtualService.name}`,
        route: target.source.route.map(({ destination, weight }) => ({ ...destination, weight })),
      };
    case 'service':
      return { service: target.service.host, port: target.port };
    case 'cluster':
      return { host: target.host, port: target.port, subset: target.subset };
    case 'http':
      return { http: true };
  }
}
