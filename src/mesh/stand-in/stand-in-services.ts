/** Stand-in Services: the hosts that tcp and tls rules route to or apply to, where the files hold no Service at all. */
import type { Resource } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { resolveShortName } from '../host-name.ts';
import { ofKind } from './of-kind.ts';
import {
  clusterDomain,
  isForMesh,
  matchedPorts,
  namedDestinations,
  serviceOfHost,
} from './route-destinations.ts';
import type { StandIn } from './stand-in.ts';

/** What a service listens on when neither rule nor destination names a port. */
const anyPort = 9000;

type Wanted = { readonly ports: Map<number, 'tcp' | 'tls'>; readonly by: string };

export type StandInService = StandIn<{
  readonly selector: { readonly [key: string]: string };
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}>;

export function standInServices(resources: readonly Resource[]): readonly StandInService[] {
  const wanted = new Map<string, Wanted>();
  const want = (host: string, ports: readonly number[], tls: boolean, by: string): void => {
    if (serviceOfHost(host) === null) return;
    const known = wanted.get(host) ?? { ports: new Map(), by };
    for (const port of ports)
      if (!known.ports.has(port)) known.ports.set(port, tls ? 'tls' : 'tcp');
    wanted.set(host, known);
  };
  for (const service of ofKind(resources, 'VirtualService')) {
    const destinations = namedDestinations(service);
    for (const { host, ports, tls, by } of destinations) want(host, ports, tls, by);
    if (!isForMesh(service) || destinations.length === 0) continue;
    const tls = (service.spec.tcp ?? []).length === 0;
    for (const host of service.spec.hosts ?? [])
      want(
        resolveShortName(host, service.namespace, clusterDomain),
        matchedPorts(service),
        tls,
        `${service.namespace}/${service.name}`,
      );
  }
  return [...wanted].map(([host, { ports, by }]) => standInService(host, ports, by));
}

function standInService(host: string, ports: Wanted['ports'], by: string): StandInService {
  const { name, namespace } = serviceOfHost(host) ?? { name: host, namespace: 'default' };
  if (ports.size === 0) ports.set(anyPort, 'tcp');
  const numbers = [...ports.keys()].sort((a, b) => a - b);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        selector: { app: name },
        ports: numbers.map((port) => ({ name: `${ports.get(port)}-${port}`, port })),
      },
    },
    why: `Service ${namespace}/${name} with ${agree(numbers.length, 'port', 'ports')} ${listed(numbers.map(String), 9)}: VirtualService ${by} names it, and the files hold no Service`,
  };
}
