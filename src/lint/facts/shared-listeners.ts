/** Services that share the address and port of another one, and so its listener: which of them a connection was meant for it cannot tell. */

import { unnamedNamespace } from '../../expectation/index.ts';
import {
  classOf,
  isVisible,
  isWildcard,
  type MeshPort,
  type MeshService,
  wildcardAddress,
} from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Call, Verdict } from '../../routing/index.ts';
import type { Facts } from './facts.ts';
import { groupBy } from './group-by.ts';
import { lazyFor } from './lazy.ts';
import { plainCall } from './route-protocol.ts';

/** other: the host whose service takes what is dialled as `service`, which is of `entry`. */
export type TakenPort = {
  readonly entry: Resource<'ServiceEntry'>;
  readonly service: MeshService;
  readonly port: MeshPort;
  readonly call: Call;
  readonly other: string;
};

type TakenPorts = ReadonlyMap<Resource<'ServiceEntry'>, readonly TakenPort[]>;

/** Plain connections to a service that go to another one, for no rule says so; by the ServiceEntry that they are meant for. */
export const takenPorts = lazyFor(
  (facts: Facts): TakenPorts => groupBy(findTaken(facts), ({ entry }) => entry),
);

function* findTaken(facts: Facts): Iterable<TakenPort> {
  for (const sharers of sharersIn(facts.mesh.services)) {
    if (new Set(sharers.map(({ service }) => service.host)).size < 2) continue;
    for (const { service, port } of sharers) {
      const { resource: entry } = service;
      if (entry.kind !== 'ServiceEntry') continue;
      const call = plainCall({ service, port, portClass: 'tcp' }, 'tcp', namespaceOf(service));
      const other = takerOf(facts.routes().ask(call), service, facts);
      if (other !== null) yield { entry, service, port, call, other };
    }
  }
}

type Sharer = { readonly service: MeshService; readonly port: MeshPort };

/** By address and port. Names of many share their address with each other anyway. */
function sharersIn(services: readonly MeshService[]): Iterable<readonly Sharer[]> {
  const groups = new Map<string, Sharer[]>();
  for (const service of services) {
    const { address, host, resolution, resource } = service;
    if (resolution === 'alias' || isWildcard(host)) continue;
    // Headless Services have no listener of their own on the address that stands for none.
    if (resource.kind === 'Service' && address === wildcardAddress) continue;
    for (const port of service.ports) {
      if (classOf(port.protocol) !== 'tcp') continue;
      const key = `${address} ${port.number}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ service, port }]);
      else group.push({ service, port });
    }
  }
  return groups.values();
}

function namespaceOf({ namespace, visibility }: MeshService): string {
  return isVisible(visibility, namespace, unnamedNamespace) ? unnamedNamespace : namespace;
}

/** Null where it is the service itself, or a rule for it, that takes the connection, or the client does not see it. */
function takerOf({ rule, outcome, destinations }: Verdict, service: MeshService, facts: Facts) {
  if (outcome !== 'routed') return null;
  const [first] = destinations;
  if (rule === null) return first === undefined || first.host === service.host ? null : first.host;
  const owner = facts.objects.find('VirtualService', rule.namespace, rule.name);
  if (owner === undefined) return null;
  const { services } = facts.routes().boundTo(owner);
  return services.includes(service) ? null : (services[0]?.host ?? null);
}
