/** One destination twice in a route. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { destinationText } from '../facts/destination-text.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { type AnyRule, everyRule } from '../facts/rule-walk.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const destinationTwice: LintRule = {
  meta: {
    code: 'TCM1404',
    name: 'destination-twice',
    severity: 'warning',
    summary: 'A route names the same destination twice.',
    why: 'Their weights add up, which is seldom what two entries are meant to do; often the subset of one is wrong.',
    help: 'Join the entries, or correct one of them.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: 'KIA1105',
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      for (const { route } of everyRule(service))
        if (route !== undefined && route.length > 1) yield* repeated(service, route, facts);
  },
};

/** Without a port a destination has that of a service with one. */
function onlyPort(fqdn: string, { mesh }: Facts): number | undefined {
  const services = mesh.servicesByHost.get(fqdn) ?? [];
  const numbers = new Set(services.flatMap(({ ports }) => ports.map(({ number }) => number)));
  return numbers.size === 1 ? [...numbers][0] : undefined;
}

function* repeated(
  service: Resource<'VirtualService'>,
  route: NonNullable<AnyRule['route']>,
  facts: Facts,
): Iterable<Occurrence> {
  const seen = new Map<string, number>();
  for (const [i, { destination }] of route.entries()) {
    if (destination === undefined) continue;
    const { host = '', subset = '', port } = destination;
    // What cannot be decoded is a finding of its own.
    if (host === '') continue;
    const fqdn = expandHost(host, service.namespace, facts.options.clusterDomain);
    const key = `${fqdn} ${subset} ${port?.number ?? onlyPort(fqdn, facts) ?? 0}`;
    const before = seen.get(key);
    seen.set(key, before ?? i);
    if (before === undefined) continue;
    yield occurrence(
      service,
      destination,
      [],
      `${destinationText(destination)} is a destination of this route already`,
      { related: [{ message: 'it stands here too', span: spanAt(route, before) }] },
    );
  }
}
