/** Ports whose protocol Istio has to guess. */
import { nearbyPortName, tcpPortName } from '../facts/port-name-meant.ts';
import { isSniffed, isUnchecked } from '../facts/port-protocol.ts';
import { analyzer, type LintRule, occurrence } from '../rule.ts';

export const portName: LintRule = {
  meta: {
    code: 'IST0118',
    name: 'port-name',
    severity: 'info',
    summary: 'The name of a Service port does not say its protocol.',
    why: 'Istio then looks at the first bytes of each connection. That works for clients that speak first; with server-first protocols both sides wait.',
    help: 'Name the port `<protocol>` or `<protocol>-<anything>`, for TCP `tcp` or `tcp-echo`, or set appProtocol.',
    istio: analyzer('IST0118', 'analyzers/service/portname.go'),
  },
  reads: ['Service'],
  kiali: 'KIA0601',
  *check(facts) {
    for (const service of facts.objects.of('Service')) {
      if (service.spec.type === 'ExternalName' || isUnchecked(service)) continue;
      for (const port of service.spec.ports ?? []) {
        if (!isSniffed(port)) continue;
        const said = port.appProtocol ?? port.name ?? '';
        const field = port.appProtocol === undefined ? 'name' : 'appProtocol';
        yield occurrence(
          service,
          port,
          [said === '' ? 'port' : field],
          said === ''
            ? `port ${port.port ?? 0} has no name: its protocol is guessed from the first bytes of each connection`
            : `the ${field} ${JSON.stringify(said)} of port ${port.port ?? 0} starts with no protocol that Istio knows: the protocol is guessed from the first bytes of each connection`,
          said === '' ? {} : { help: helpFor(field, said) },
        );
      }
    }
  },
};

function helpFor(field: 'name' | 'appProtocol', said: string): string {
  if (field === 'appProtocol') return 'For TCP write `appProtocol: tcp`.';
  const near = nearbyPortName(said);
  return near === null
    ? `For TCP write \`name: ${tcpPortName(said)}\`.`
    : `Write \`name: ${near}\`.`;
}
