/** Hosts such as `db.shop`, which Istio takes as they stand. */
import { serviceMeantBy } from '../facts/dotted-name.ts';
import { writeItem } from '../mend.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const dottedShortName: LintRule = {
  meta: {
    code: 'TCM1307',
    name: 'dotted-short-name',
    severity: 'error',
    summary: 'A host is written as `name.namespace`, which Istio does not complete.',
    why: 'Only a name without any dot is completed to a full one. `db.shop` stays `db.shop`, which is no service, whatever DNS makes of it; letter case and a dot at the end count too.',
    help: 'Write the full name.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      const { hosts } = service.spec;
      for (const [i, host] of (hosts ?? []).entries()) {
        const meant = hosts === undefined ? null : serviceMeantBy(host, facts);
        if (hosts === undefined || meant === null) continue;
        const message = `${JSON.stringify(host)} is not ${meant} to Istio: for sidecars the rules belong to nothing`;
        yield occurrence(service, hosts, [i], message, {
          help: `Write ${meant}.`,
          fix: writeItem(hosts, i, meant),
        });
      }
    }
  },
};
