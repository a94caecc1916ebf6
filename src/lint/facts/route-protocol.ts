/** Rules that stand under a protocol which none of the ports of their host speaks, by what routing does with fitting bytes. */

import { serverNameFor, unnamedNamespace } from '../../expectation/index.ts';
import {
  classOf,
  isWildcard,
  type MeshPort,
  type MeshService,
  meshGateway,
  type PortClass,
} from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Call } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { lazyFor } from './lazy.ts';

export type SpokenPort = {
  readonly service: MeshService;
  readonly port: MeshPort;
  readonly portClass: PortClass;
};

/** The ports of the services that a VirtualService for sidecars is for; empty where its hosts are unknown, or wildcards of services that may be elsewhere. */
export function portsBehind(
  service: Resource<'VirtualService'>,
  facts: Facts,
): readonly SpokenPort[] {
  return portsOf(facts)(service);
}

/** Every rule of a VirtualService asks for them, and each of its matches. */
const portsOf = lazyFor((facts: Facts) =>
  lazyFor((service: Resource<'VirtualService'>) => gatherPorts(service, facts)),
);

function gatherPorts(service: Resource<'VirtualService'>, facts: Facts): readonly SpokenPort[] {
  const { mesh } = facts;
  const { hosts, gateways, services } = facts.routes().boundTo(service);
  // Of a wildcard that no service has itself, other files may hold more services.
  const isWhole = facts.options.refs === 'require';
  const isKnown = (host: string): boolean =>
    isWhole || !isWildcard(host) || mesh.servicesByHost.has(host);
  if (!gateways.includes(meshGateway) || !hosts.every(isKnown)) return [];
  return services
    .filter(({ resolution }) => resolution !== 'alias')
    .flatMap((behind) =>
      behind.ports.map((port) => ({ service: behind, port, portClass: classOf(port.protocol) })),
    );
}

/** Or may, where Istio guesses. */
export function speaksHttp({ portClass }: SpokenPort): boolean {
  return portClass === 'http' || portClass === 'auto';
}

/** A plain connection to a port of a service, from the namespace of the VirtualService or from any. */
export function plainCall(
  { service, port }: SpokenPort,
  protocol: Call['protocol'],
  namespace: string = unnamedNamespace,
): Call {
  const host = serverNameFor(service.host) ?? service.host;
  return {
    from: { kind: 'sidecar', namespace, labels: {} },
    to: { host, port: port.number },
    sni: protocol === 'tls' ? host : undefined,
    protocol,
  };
}

/** `port 19000 (tcp)` */
export function portText({ port }: SpokenPort): string {
  return `port ${port.number} (${port.protocol === 'auto' ? 'protocol guessed' : port.protocol})`;
}
