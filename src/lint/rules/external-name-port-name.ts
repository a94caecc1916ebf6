/** ExternalName Services on ports that capture too much. */
import { isSniffed, isUnchecked } from '../facts/port-protocol.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const externalNamePortName: LintRule = {
  meta: {
    code: 'IST0150',
    name: 'external-name-port-name',
    severity: 'warning',
    summary:
      'A port of an ExternalName Service is named `tcp`, or its name does not say its protocol.',
    why: 'Istio may then match every connection to that port number instead of those to the Service.',
    help: 'Name the port by its protocol with a suffix: `tcp-db`, `https`.',
    istio: analyzer('IST0150', 'analyzers/service/portname.go'),
  },
  reads: ['Service'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('Service')) {
      if (service.spec.type !== 'ExternalName' || isUnchecked(service)) continue;
      for (const port of service.spec.ports ?? []) {
        if (port.name !== 'tcp' && !isSniffed(port)) continue;
        const { name = '', port: number = 0 } = port;
        const said = name === '' ? 'has no name' : `is named ${JSON.stringify(name)}`;
        yield occurrence(
          service,
          port,
          ['name'],
          `port ${number} of an ExternalName Service ${said}`,
        );
      }
    }
  },
};
