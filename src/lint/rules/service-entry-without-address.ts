/** A TCP ServiceEntry that captures its port for every address. */
import { at } from '../../resource/index.ts';
import { entryAt } from '../facts/yaml-path.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const serviceEntryWithoutAddress: LintRule = {
  meta: {
    code: 'IST0134',
    name: 'service-entry-without-address',
    severity: 'warning',
    summary: 'A TCP port of a ServiceEntry has no address to be told apart by.',
    why: 'TCP carries no host name, so the sidecar listens on the port for every address that no other service has: unrelated connections are captured too.',
    help: 'Give the ServiceEntry an address, or turn on DNS capture with automatic addresses.',
    istio: analyzer('IST0134', 'analyzers/serviceentry/protocoladdresses.go'),
  },
  reads: ['ServiceEntry'],
  kiali: null,
  *check(facts) {
    if (facts.mesh.config.capturesDns) return;
    for (const entry of facts.objects.of('ServiceEntry')) {
      if ((entry.spec.addresses ?? []).length > 0) continue;
      const allocated = entryAt(entry.root[at].node, 'status', 'addresses');
      if (allocated?.kind === 'list' && allocated.items.length > 0) continue;
      for (const port of entry.spec.ports ?? []) {
        const protocol = port.protocol ?? '';
        if (protocol !== '' && protocol.toLowerCase() !== 'tcp') continue;
        yield occurrence(
          entry,
          port,
          ['number'],
          `without addresses, port ${port.number ?? 0} is captured for every address that no other service has, not only for ${entry.spec.hosts?.[0] ?? 'its host'}`,
        );
      }
    }
  },
};
