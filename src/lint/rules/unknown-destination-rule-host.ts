/** A DestinationRule for a host that nothing defines. */

import type { Fix } from '../../diagnostic/index.ts';
import { hostsOverlap } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { anyOf, listed } from '../../text/index.ts';
import { serviceMeantBy } from '../facts/dotted-name.ts';
import type { Facts } from '../facts/facts.ts';
import { hostMeant } from '../facts/host-meant.ts';
import { expandHost } from '../facts/host-name.ts';
import { judgesHost } from '../facts/judged-host.ts';
import { waking, writeField } from '../mend.ts';
import { analyzer, type LintRule, nameSpan, occurrence } from '../rule.ts';

export const unknownDestinationRuleHost: LintRule = {
  meta: {
    code: 'IST0174',
    name: 'unknown-destination-rule-host',
    severity: 'warning',
    summary: 'A DestinationRule is for a host that no Service or ServiceEntry defines.',
    why: 'It applies to nothing: its subsets do not exist for any route, its policy is never used.',
    help: 'Write the host exactly as the Service or ServiceEntry has it.',
    istio: analyzer('IST0174', 'analyzers/destinationrule/destination-rule.go'),
  },
  reads: ['DestinationRule', 'Service', 'ServiceEntry'],
  kiali: 'KIA0202',
  *check(facts) {
    const { clusterDomain } = facts.options;
    for (const rule of facts.objects.of('DestinationRule')) {
      const host = rule.spec.host ?? '';
      if (facts.hosts().lookup(host, rule.namespace, rule.spec.exportTo) !== undefined) continue;
      const fqdn = expandHost(host, rule.namespace, clusterDomain);
      if (!judgesHost(fqdn, facts)) continue;
      const { names } = facts.hosts();
      const covered = host.startsWith('*') ? names.filter((name) => hostsOverlap(name, host)) : [];
      const hidden = facts.hosts().anywhere(fqdn);
      if (covered.length > 0) {
        const message = `Istio's analyzer looks for a host that is called ${host}; as a wildcard it applies to ${listed(covered)}`;
        yield occurrence(rule, rule.spec, ['host'], message, {
          severity: 'info',
          why: 'A DestinationRule for a wildcard is used for every host under it that has none of its own.',
          help: 'Nothing has to be done.',
        });
      } else if (hidden !== undefined && hidden.resource.namespace === rule.namespace) {
        const message = `Istio's analyzer calls ${fqdn} unknown, for it is not exported to everybody; clients in ${rule.namespace} use the DestinationRule`;
        yield occurrence(rule, rule.spec, ['host'], message, {
          severity: 'info',
          why: 'The analyzer looks only among what is exported to everybody; proxies of this namespace see the host too.',
          help: 'Nothing, if only clients of this namespace are meant.',
          related: [{ message: 'the host is defined here', span: nameSpan(hidden.resource) }],
        });
      } else {
        const meant = anyOf(hostMeant(host, fqdn, rule, facts).hosts);
        const why =
          hidden === undefined ? 'nothing defines it' : `it is not exported to ${rule.namespace}`;
        yield occurrence(
          rule,
          rule.spec,
          ['host'],
          `this DestinationRule applies to nothing: it is for ${fqdn}, and ${why}`,
          meant === '' || hidden !== undefined
            ? {}
            : { help: `Did you mean ${meant}?`, fix: completed(rule, host, facts) },
        );
      }
    }
  },
};

/** Of `db.shop`. Where there is another rule for that host, which of the two is meant is not certain. */
function completed(rule: Resource<'DestinationRule'>, host: string, facts: Facts): Fix | undefined {
  const meant = serviceMeantBy(host, facts);
  const isTaken = facts.mesh.destinationRules.all.some((other) => other.host === meant);
  return meant === null || isTaken ? undefined : waking(writeField(rule.spec, 'host', meant));
}
