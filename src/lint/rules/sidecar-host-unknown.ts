/** A Sidecar that imports a host which nothing defines. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { hostsOverlap, isServiceHost } from '../../mesh/index.ts';
import type { Placed, Resource } from '../../resource/index.ts';
import { anyOf } from '../../text/index.ts';
import type { Facts } from '../facts/facts.ts';
import { hostMeant } from '../facts/host-meant.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const sidecarHostUnknown: LintRule = {
  meta: {
    code: 'TCM1410',
    name: 'sidecar-host-unknown',
    severity: 'warning',
    summary: 'A Sidecar imports a host that no Service or ServiceEntry has.',
    why: 'The entry imports nothing; what was meant stays out of the reach of the workloads.',
    help: 'Write namespace/full-host-name; short names are not completed here.',
    istio: nobodyElse,
  },
  reads: ['Sidecar', 'Service', 'ServiceEntry'],
  kiali: 'KIA1004',
  *check(facts) {
    for (const sidecar of facts.objects.of('Sidecar'))
      for (const { hosts } of sidecar.spec.egress ?? [])
        if (hosts !== undefined) yield* strangers(sidecar, hosts, facts);
  },
};

function* strangers(
  sidecar: Resource<'Sidecar'>,
  hosts: readonly string[] & Placed,
  facts: Facts,
): Iterable<Occurrence> {
  for (const [i, entry] of hosts.entries()) {
    const slash = entry.indexOf('/');
    const host = entry.slice(slash + 1);
    if (slash === -1 || host.startsWith('*') || entry.startsWith('~')) continue;
    const inCluster = isServiceHost(host, facts.options.clusterDomain);
    if (!facts.judges(inCluster || !host.includes('.') ? 'services' : 'hosts')) continue;
    if (facts.hosts().names.some((name) => hostsOverlap(name, host))) continue;
    const meant = hostMeant(host, host, facts).hosts.map(
      (name) => `${entry.slice(0, slash)}/${name}`,
    );
    yield occurrence(
      sidecar,
      hosts,
      [i],
      `no Service or ServiceEntry has the host ${host}: this entry imports nothing`,
      meant.length === 0 ? {} : { help: `Did you mean ${anyOf(meant)}?` },
    );
  }
}
