/** Hosts such as `db.shop`, which Istio takes as they stand. */
import type { Fix } from '../../diagnostic/index.ts';
import { meshGateway } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import { destinationsOf } from '../facts/destinations.ts';
import { serviceMeantBy } from '../facts/dotted-name.ts';
import type { Facts } from '../facts/facts.ts';
import { expandHost } from '../facts/host-name.ts';
import { writeField, writeItem } from '../mend.ts';
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
      if (hosts === undefined || !rulesServices(service, facts)) continue;
      for (const [i, host] of hosts.entries()) {
        const meant = serviceMeantBy(host, facts);
        if (meant === null || isNamed(meant, service, facts)) continue;
        const message = `${JSON.stringify(host)} is not ${meant} to Istio: for sidecars the rules are not for that service`;
        yield occurrence(service, hosts, [i], message, {
          help: `Write ${meant}.`,
          fix: namesWritten(service, meant, facts),
        });
      }
    }
  },
};

/** At a gateway a host is a name that clients give, and so it is for http rules. */
function rulesServices(service: Resource<'VirtualService'>, facts: Facts): boolean {
  const { boundTo, rulesOf } = facts.routes();
  return rulesOf(service).length > 0 && boundTo(service).gateways.includes(meshGateway);
}

/** By its full name, or by its name alone. */
function isNamed(
  meant: string,
  { spec, namespace }: Resource<'VirtualService'>,
  { options }: Facts,
): boolean {
  return (spec.hosts ?? []).some(
    (host) => expandHost(host, namespace, options.clusterDomain) === meant,
  );
}

/** Rules that come into force with a destination that does not exist would close what goes through now. */
function namesWritten(
  service: Resource<'VirtualService'>,
  meant: string,
  facts: Facts,
): Fix | undefined {
  const isMeant = (host: string | undefined): boolean =>
    host !== undefined && serviceMeantBy(host, facts) === meant;
  const { hosts } = service.spec;
  const indexes = [...(hosts ?? []).keys()].filter((i) => isMeant(hosts?.[i]));
  const [first, ...others] = indexes;
  // The same host twice is refused.
  if (hosts === undefined || first === undefined || others.length > 0) return undefined;
  const fixes = [
    writeItem(hosts, first, meant),
    ...destinationsOf(service).flatMap(({ destination }) =>
      destination !== undefined && isMeant(destination.host)
        ? [writeField(destination, 'host', meant)]
        : [],
    ),
  ];
  const edits = fixes.flatMap((fix) => fix?.edits ?? []);
  return fixes.includes(undefined) ? undefined : { title: `Write ${meant}`, edits, wakes: true };
}
