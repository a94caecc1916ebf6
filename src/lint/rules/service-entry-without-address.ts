/** A TCP ServiceEntry that captures its port for every address. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { takesAllocatedAddress } from '../../mesh/index.ts';
import { at, type Resource } from '../../resource/index.ts';
import { below } from '../../yaml/index.ts';
import { captureElsewhere } from '../facts/capture-elsewhere.ts';
import type { Facts } from '../facts/facts.ts';
import { takenPorts } from '../facts/shared-listeners.ts';
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
    if (facts.mesh.config.saysCapture) return;
    for (const entry of facts.objects.of('ServiceEntry')) {
      if ((entry.spec.addresses ?? []).length > 0) continue;
      const allocated = below(entry.root[at].node, 'status', 'addresses');
      if (allocated?.kind === 'list' && allocated.items.length > 0) continue;
      yield* capturing(entry, facts);
    }
  },
};

function* capturing(entry: Resource<'ServiceEntry'>, facts: Facts): Iterable<Occurrence> {
  const spared = whySpared(entry, facts);
  for (const port of entry.spec.ports ?? []) {
    const protocol = port.protocol ?? '';
    if (protocol !== '' && protocol.toLowerCase() !== 'tcp') continue;
    if (spared === null) {
      yield occurrence(
        entry,
        port,
        ['number'],
        whatItTakes(entry, port.number ?? 0, facts),
        getsAddresses(entry)
          ? {}
          : {
              help: 'Give the ServiceEntry an address. Istiod gives none to wildcards, and none with resolution NONE.',
            },
      );
      continue;
    }
    const message = `Istio's analyzer misses an address for port ${port.number ?? 0}; ${spared}`;
    yield occurrence(entry, port, ['number'], message, {
      severity: 'info',
      why: 'The analyzer goes by a part of the settings alone.',
      help: 'Nothing has to be done.',
    });
  }
}

function whatItTakes(entry: Resource<'ServiceEntry'>, port: number, facts: Facts): string {
  const host = entry.spec.hosts?.[0] ?? 'its host';
  const taken = takenPorts(facts)
    .get(entry)
    ?.find((one) => one.port.number === port);
  return taken === undefined
    ? `without addresses, port ${port} is captured for every address that no other service has, not only for ${host}`
    : `without addresses, port ${port} of ${host} has no listener to itself: that of ${taken.other} takes every address that no other service has`;
}

function getsAddresses(entry: Resource<'ServiceEntry'>): boolean {
  return (entry.spec.hosts ?? []).every((host) => takesAllocatedAddress(entry, host));
}

/** Why it captures nothing else: sidecars have an address of its own for each host, or nobody here has a sidecar. */
function whySpared(entry: Resource<'ServiceEntry'>, facts: Facts): string | null {
  const { mesh, options } = facts;
  if (options.mode === 'ambient') return 'in ambient mode no sidecar listens for it';
  const made = (entry.spec.hosts ?? [])
    .flatMap((host) => mesh.servicesByHost.get(host) ?? [])
    .filter(({ resource }) => resource === entry);
  if (made.length > 0 && made.every(({ standIn }) => standIn))
    return 'with ISTIO_META_DNS_CAPTURE Istiod gives each host one';
  const elsewhere = getsAddresses(entry) ? captureElsewhere(facts) : null;
  return elsewhere === null
    ? null
    : `${elsewhere} turns ISTIO_META_DNS_CAPTURE on, and for sidecars that have it Istiod gives each host one`;
}
