/** What the routes of VirtualServices name: every destination with its resolved host, and the gateways. */
import type { Destination, Resource } from '../../resource/index.ts';
import { resolveShortName } from '../host-name.ts';

/** Stand-ins are made for the default domain only. */
export const clusterDomain = 'cluster.local';

export type VirtualService = Resource<'VirtualService'>;

/** ports: of the destination itself, else those that the rule matches. tls: the rule picks by server name. */
export type NamedDestination = {
  readonly host: string;
  readonly subset: string;
  readonly ports: readonly number[];
  readonly tls: boolean;
  readonly by: string;
};

/** A Service's name and namespace, where the host is that of one. */
export function serviceOfHost(host: string): { name: string; namespace: string } | null {
  const found = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local$/.exec(host);
  return found === null ? null : { name: found[1] ?? '', namespace: found[2] ?? '' };
}

/** The gateways of a VirtualService as `namespace/name`; `mesh` is left out. */
export function gatewaysOf({ namespace, spec }: VirtualService): readonly string[] {
  return (spec.gateways ?? [])
    .filter((name) => name !== 'mesh')
    .map((name) => (name.includes('/') ? name : `${namespace}/${name}`));
}

/** Does it apply to sidecars? */
export function isForMesh({ spec }: VirtualService): boolean {
  const gateways: readonly string[] = spec.gateways ?? [];
  return gateways.length === 0 || gateways.includes('mesh');
}

/** The ports that the l4 rules of a VirtualService match. */
export function matchedPorts({ spec }: VirtualService): readonly number[] {
  return [...(spec.tcp ?? []), ...(spec.tls ?? [])].flatMap(({ match }) => portsOf(match));
}

/** Destinations of tcp and tls rules, in the order they are written. */
export function namedDestinations(service: VirtualService): readonly NamedDestination[] {
  const { namespace, name, spec } = service;
  const forMesh = isForMesh(service);
  const named = (
    to: Destination | undefined,
    match: Parameters<typeof portsOf>[0],
    tls: boolean,
  ): NamedDestination => {
    const own = to?.port?.number;
    return {
      host: resolveShortName(to?.host ?? '', namespace, clusterDomain),
      subset: to?.subset ?? '',
      // On a sidecar the matched port is the Service's; on a gateway it is the gateway's own.
      ports: own !== undefined ? [own] : forMesh ? portsOf(match) : [],
      tls,
      by: `${namespace}/${name}`,
    };
  };
  return [
    ...(spec.tcp ?? []).flatMap(({ match, route }) =>
      (route ?? []).map(({ destination }) => named(destination, match, false)),
    ),
    ...(spec.tls ?? []).flatMap(({ match, route }) =>
      (route ?? []).map(({ destination }) => named(destination, match, true)),
    ),
  ];
}

function portsOf(match: readonly { readonly port?: number | undefined }[] | undefined): number[] {
  return (match ?? []).flatMap(({ port }) => (port === undefined || port === 0 ? [] : [port]));
}
