/** One port number of the Services of a Deployment has several transport protocols. */

import { spanAt } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { meshDeployments, type SelectedPort } from '../facts/deployment-services.ts';
import { groupBy } from '../facts/group-by.ts';
import { analyzer, type LintRule, occurrence, qualifiedName } from '../rule.ts';

export const deploymentProtocolsDiffer: LintRule = {
  meta: {
    code: 'IST0116',
    name: 'deployment-protocols-differ',
    severity: 'warning',
    summary:
      'The pods of a Deployment are selected by Service ports of one number with different protocols, TCP and UDP.',
    why: 'The sidecar takes only the TCP connections of the port. What comes by UDP goes past it, without routes, identity or telemetry.',
    help: 'Give the ports different numbers, unless it is meant so.',
    istio: analyzer('IST0116', 'analyzers/deployment/services.go'),
  },
  reads: ['Deployment', 'Service', 'Namespace'],
  kiali: null,
  *check(facts) {
    for (const { deployment, ports } of meshDeployments(facts))
      for (const [number, group] of groupBy(ports, ({ port }) => String(port.port ?? 0))) {
        const protocols = [...new Set(group.map(protocolOf))];
        if (protocols.length < 2) continue;
        const shown = protocols.map((protocol) => {
          const services = group.filter((one) => protocolOf(one) === protocol);
          const names = [...new Set(services.map(({ service }) => qualifiedName(service)))];
          return `${protocol} in ${agree(names.length, 'Service', 'Services')} ${listed(names)}`;
        });
        yield occurrence(
          deployment,
          deployment.metadata,
          ['name'],
          `port ${number} of these pods is ${listed(shown)}`,
          {
            related: group.slice(0, 4).map((one) => ({
              message: `${protocolOf(one)} here`,
              span: spanAt(one.port, 'port'),
            })),
          },
        );
      }
  },
};

function protocolOf({ port }: SelectedPort): string {
  return (port.protocol ?? '') === '' ? 'TCP' : (port.protocol ?? '');
}
