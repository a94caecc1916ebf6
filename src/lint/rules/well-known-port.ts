/** Ports whose protocol comes from their number. */
import { protocolOfServicePort } from '../../mesh/index.ts';
import { declarationMeant } from '../facts/port-name-meant.ts';
import { protocolOf } from '../facts/port-protocol.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const wellKnownPort: LintRule = {
  meta: {
    code: 'TCM1309',
    name: 'well-known-port',
    severity: 'info',
    summary: 'A Service port is TCP only because of its number.',
    why: 'Istio takes 25, 53, 3306 and 27017 as TCP where the name says nothing. Moved to another number the same port would have its protocol guessed.',
    help: 'Name the port by its protocol.',
    istio: nobodyElse,
  },
  reads: ['Service'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('Service'))
      for (const port of service.spec.ports ?? []) {
        if (protocolOf(port) !== 'tcp') continue;
        const elsewhere = protocolOfServicePort({
          number: 1,
          name: port.name ?? '',
          transport: port.protocol ?? 'TCP',
          appProtocol: port.appProtocol,
        });
        if (elsewhere !== 'auto') continue;
        yield occurrence(
          service,
          port,
          ['port'],
          `port ${port.port} is taken as TCP for its number; ${(port.name ?? '') === '' ? 'it has no name' : `the name ${JSON.stringify(port.name)} does not say so`}`,
          { help: `Write \`${declarationMeant(port, service.spec.ports)}\`.` },
        );
      }
  },
};
