/** Port names that miss a protocol by a letter. */

import { isLabelName } from '../../resource/index.ts';
import { declarationMeant, nearbyPortName } from '../facts/port-name-meant.ts';
import { isSniffed } from '../facts/port-protocol.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const portNameTypo: LintRule = {
  meta: {
    code: 'TCM1308',
    name: 'port-name-typo',
    severity: 'warning',
    summary: 'The name of a Service port is nearly that of a protocol.',
    why: 'Istio reads the protocol from the part before the first `-`, exactly. `tco-80` and `tcp80` mean nothing to it, so it guesses from the first bytes.',
    help: 'Write `tcp`, or `tcp-` and a name.',
    istio: nobodyElse,
  },
  reads: ['Service'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('Service'))
      for (const port of service.spec.ports ?? []) {
        const name = port.name ?? '';
        if (port.appProtocol !== undefined || name === '' || !isSniffed(port)) continue;
        const meant = nearbyPortName(name);
        if (meant !== null)
          yield occurrence(
            service,
            port,
            ['name'],
            `port name ${JSON.stringify(name)} is nearly, but not, ${meant}: ${isLabelName(name) ? 'Istio guesses the protocol from the first bytes' : 'Istio does not know it, and Kubernetes refuses it'}`,
            { help: `Write \`${declarationMeant(port, service.spec.ports)}\`.` },
          );
      }
  },
};
