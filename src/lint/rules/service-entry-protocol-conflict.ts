/** Two ServiceEntries say different protocols for one port of one host. */
import type { Resource, ServiceEntryPort } from '../../resource/index.ts';
import { groupBy } from '../facts/group-by.ts';
import { scopesOf } from '../facts/known-hosts.ts';
import { analyzer, type LintRule, nameOf, nameSpan, occurrence } from '../rule.ts';

type Claim = {
  readonly entry: Resource<'ServiceEntry'>;
  readonly host: string;
  readonly port: ServiceEntryPort;
  readonly scope: string;
  readonly protocol: string;
};

export const serviceEntryProtocolConflict: LintRule = {
  meta: {
    code: 'IST0177',
    name: 'service-entry-protocol-conflict',
    severity: 'warning',
    summary: 'ServiceEntries give different protocols for one port of one host.',
    why: 'Only one of them makes the listener, so rules for the other protocol do nothing.',
    help: 'Use the same protocol in all of them.',
    istio: analyzer('IST0177', 'analyzers/serviceentry/conflictingserviceentryprotocols.go'),
  },
  reads: ['ServiceEntry'],
  kiali: 'KIA1212',
  *check(facts) {
    const groups = groupBy(
      claims(facts.objects.of('ServiceEntry')),
      ({ host, port }) => `${host} ${port.number ?? 0}`,
    );
    for (const group of groups.values()) {
      const said = new Set<ServiceEntryPort>();
      for (const claim of group) {
        const rival = group.find(
          ({ scope, protocol }) =>
            protocol !== claim.protocol &&
            (scope === claim.scope || scope === '*' || claim.scope === '*'),
        );
        if (rival === undefined || said.has(claim.port)) continue;
        said.add(claim.port);
        yield occurrence(
          claim.entry,
          claim.port,
          [claim.port.protocol === undefined ? 'number' : 'protocol'],
          `port ${claim.port.number ?? 0} of ${claim.host} is ${shown(claim)} here and ${shown(rival)} in ${nameOf(rival.entry)}`,
          { related: [{ message: 'the other one is here', span: nameSpan(rival.entry) }] },
        );
      }
    }
  },
};

function* claims(entries: readonly Resource<'ServiceEntry'>[]): Iterable<Claim> {
  for (const entry of entries)
    for (const host of new Set(entry.spec.hosts ?? []))
      for (const port of entry.spec.ports ?? [])
        for (const scope of scopesOf(entry.spec.exportTo, entry.namespace))
          yield { entry, host, port, scope, protocol: (port.protocol ?? '').toUpperCase() };
}

function shown(claim: Claim): string {
  return claim.protocol === '' ? 'of no named protocol' : claim.protocol;
}
