/** One port of a Deployment's containers is behind Service ports of different numbers. */

import { spanAt } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import { meshDeployments, type SelectedPort } from '../facts/deployment-services.ts';
import { groupBy } from '../facts/group-by.ts';
import { analyzer, type LintRule, occurrence, qualifiedName } from '../rule.ts';

export const deploymentTargetPortShared: LintRule = {
  meta: {
    code: 'IST0137',
    name: 'deployment-target-port-shared',
    severity: 'warning',
    summary:
      'The pods of a Deployment are selected by Service ports of different numbers with one targetPort.',
    why: 'The sidecar has one listener for the targetPort and configures it by one of the Service ports only: what the others say of the protocol does not count for what arrives.',
    help: 'Let all Services use the same port for that targetPort, or give each port a targetPort of its own.',
    istio: analyzer('IST0137', 'analyzers/deployment/services.go'),
  },
  reads: ['Deployment', 'Service', 'Namespace'],
  kiali: null,
  *check(facts) {
    for (const { deployment, ports } of meshDeployments(facts))
      for (const [target, group] of groupBy(ports, targetOf)) {
        const numbers = [...new Set(group.map(({ port }) => port.port ?? 0))];
        if (numbers.length < 2) continue;
        const shown = group.map(
          ({ service, port }) => `${port.port ?? 0} of ${qualifiedName(service)}`,
        );
        yield occurrence(
          deployment,
          deployment.metadata,
          ['name'],
          `targetPort ${target} of these pods is behind several Service ports: ${listed(shown, 5)}`,
          {
            related: group.slice(0, 4).map(({ port }) => ({
              message: 'one of the ports',
              span: spanAt(port, 'port'),
            })),
          },
        );
      }
  },
};

/** Absent, empty or 0 it is the port itself. */
function targetOf({ port }: SelectedPort): string {
  const target = String(port.targetPort ?? '');
  return target === '' || target === '0' ? String(port.port ?? 0) : target;
}
