/** Settings of a DestinationRule for a port that its host does not have. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { classOf, isWildcard, type MeshService } from '../../mesh/index.ts';
import {
  type PortTrafficPolicy,
  policyLevels,
  type Resource,
  spanAt,
} from '../../resource/index.ts';
import { anyOf, listed } from '../../text/index.ts';
import { governedServices } from '../facts/governed-services.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

type Rule = Resource<'DestinationRule'>;

export const portSettingWithoutPort: LintRule = {
  meta: {
    code: 'TCM1417',
    name: 'port-setting-without-port',
    severity: 'warning',
    summary: 'A DestinationRule has settings for a port that its host does not have.',
    why: 'Istio makes a cluster for each port of the Service and looks there for an entry with its number; an entry for another port is never read.',
    help: 'Write the `port` of the Service, not its `targetPort`.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.objects.of('DestinationRule')) {
      const services = governedServices(rule, facts);
      if (services.length === 0) continue;
      // Under a wildcard there may be more services than the files have.
      if (isWildcard(rule.spec.host ?? '') && facts.options.refs !== 'require') continue;
      for (const { entry } of policyLevels(rule))
        if (entry !== null) yield* neverRead(rule, entry, services);
    }
  },
};

function* neverRead(
  rule: Rule,
  entry: PortTrafficPolicy,
  services: readonly MeshService[],
): Iterable<Occurrence> {
  const { port } = entry;
  const wanted = port?.number;
  if (port === undefined || wanted === undefined) return;
  const ports = services.flatMap((service) => service.ports);
  if (ports.some(({ number }) => number === wanted)) return;
  const meant = ports.filter(({ targetPort }) => targetPort === wanted);
  const numbers = (meant.length > 0 ? meant : ports)
    .filter(({ protocol }) => classOf(protocol) !== 'udp')
    .map(({ number }) => String(number));
  const [first] = services;
  yield occurrence(
    rule,
    port,
    ['number'],
    `${rule.spec.host} has no port ${wanted}${numbers.length === 0 ? '' : `, only ${listed([...new Set(ports.map(({ number }) => String(number)))])}`}: these settings are never read`,
    {
      help:
        numbers.length === 0
          ? 'Remove the entry.'
          : meant.length > 0
            ? `${wanted} is a targetPort; the port of the Service is ${anyOf([...new Set(numbers)])}.`
            : `Use ${anyOf([...new Set(numbers)])}.`,
      related:
        first === undefined
          ? []
          : [
              {
                message: `the ports of ${nameOf(first.resource)}`,
                span: spanAt(first.resource.spec, 'ports'),
              },
            ],
    },
  );
}
