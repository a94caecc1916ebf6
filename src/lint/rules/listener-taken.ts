/** ServiceEntries of which one takes the connections to the other. */
import { takesAllocatedAddress, wildcardAddress } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import { captureElsewhere } from '../facts/capture-elsewhere.ts';
import { connectionText } from '../facts/connection-text.ts';
import { takenPorts } from '../facts/shared-listeners.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const listenerTaken: LintRule = {
  meta: {
    code: 'TCM1315',
    name: 'listener-taken',
    severity: 'error',
    summary: 'Connections to a ServiceEntry go to another one that has the same address and port.',
    why: 'A sidecar has one listener for an address and a port, and one for a port of all ServiceEntries without an address. TCP carries no host name, so the entry that is older, or whose name comes first, takes everything there.',
    help: 'Give each ServiceEntry an address of its own (`addresses`), or a port of its own; or let sidecars answer DNS (ISTIO_META_DNS_CAPTURE), which gives each an address.',
    istio: nobodyElse,
  },
  reads: ['ServiceEntry', 'Sidecar', 'VirtualService'],
  kiali: null,
  *check(facts) {
    if (facts.options.mode === 'ambient') return;
    for (const { entry, service, port, call, other } of [...takenPorts(facts).values()].flat()) {
      const { host } = service;
      // Sidecars that answer DNS have an address for each host.
      const hasNone = service.address === wildcardAddress;
      if (hasNone && takesAllocatedAddress(entry, host) && captureElsewhere(facts) !== null)
        continue;
      const written = entry.spec.ports?.find(({ number }) => number === port.number);
      const [taker] = facts.mesh.servicesByHost.get(other) ?? [];
      yield occurrence(
        entry,
        written ?? entry.spec,
        written === undefined ? ['ports'] : ['number'],
        `${connectionText(call)} goes to ${other}, which has the same listener as ${host}`,
        {
          // Without addresses it may be that sidecars answer DNS, which the files need not say.
          ...(hasNone ? { severity: 'warning' } : {}),
          related:
            taker === undefined
              ? []
              : [
                  {
                    message: `${nameOf(taker.resource)} takes it`,
                    span: spanAt(taker.resource.metadata, 'name'),
                  },
                ],
        },
      );
    }
  },
};
