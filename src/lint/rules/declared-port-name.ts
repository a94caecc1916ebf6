/** Ports of Gateways and ServiceEntries whose name says another protocol than the port. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { parseProtocol } from '../../mesh/index.ts';
import type { Placed, Resource } from '../../resource/index.ts';
import { namedProtocols } from '../facts/port-protocol.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const declaredPortName: LintRule = {
  meta: {
    code: 'TCM1312',
    name: 'declared-port-name',
    severity: 'info',
    summary: 'The name of a Gateway or ServiceEntry port says another protocol than the port has.',
    why: 'Here the protocol field counts and the name does not; a name that says something else misleads the reader.',
    help: 'Let the name begin with the protocol.',
    istio: nobodyElse,
  },
  reads: ['Gateway', 'ServiceEntry'],
  kiali: 'KIA0601',
  *check(facts) {
    for (const gateway of facts.objects.of('Gateway'))
      for (const { port } of gateway.spec.servers ?? [])
        if (port !== undefined) yield* misleading(gateway, port);
    for (const entry of facts.objects.of('ServiceEntry'))
      for (const port of entry.spec.ports ?? []) yield* misleading(entry, port);
  },
};

function* misleading(
  resource: Resource,
  port: Placed & { readonly name?: string | undefined; readonly protocol?: string | undefined },
): Iterable<Occurrence> {
  const prefix = (port.name ?? '').toLowerCase().split('-')[0] ?? '';
  const protocol = (port.protocol ?? '').toLowerCase();
  // A protocol that Istio does not know is refused for that.
  if (parseProtocol(protocol) === 'auto' || !namedProtocols.includes(prefix) || prefix === protocol)
    return;
  const http = ['http', 'http2', 'grpc'];
  if (http.includes(prefix) && http.includes(protocol)) return;
  yield occurrence(
    resource,
    port,
    ['name'],
    `the port is named ${JSON.stringify(port.name)}, but its protocol is ${port.protocol}`,
  );
}
