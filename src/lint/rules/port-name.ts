/** Ports whose protocol Istio has to guess. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { Resource } from '../../resource/index.ts';
import {
  declarationMeant,
  nearbyPortName,
  protocolNear,
  turnedRound,
} from '../facts/port-name-meant.ts';
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
      for (const port of service.spec.ports ?? [])
        if (isSniffed(port)) yield guessed(service, port);
    }
  },
};

function guessed(
  service: Resource<'Service'>,
  port: NonNullable<Resource<'Service'>['spec']['ports']>[number],
): Occurrence {
  const { appProtocol, name = '', port: number = 0 } = port;
  const said = appProtocol ?? name;
  if (said === '')
    return occurrence(
      service,
      port,
      ['port'],
      `port ${number} has no name: its protocol is guessed from the first bytes of each connection`,
    );
  const field = appProtocol === undefined ? 'name' : 'appProtocol';
  const near =
    field === 'appProtocol'
      ? protocolNear(said) !== null
      : nearbyPortName(said) !== null || turnedRound(said) !== null;
  return occurrence(
    service,
    port,
    [field],
    `the ${field} ${JSON.stringify(said)} of port ${number} starts with no protocol that Istio knows: the protocol is guessed from the first bytes of each connection`,
    {
      help: `${near ? 'Write' : 'For TCP write'} \`${declarationMeant(port, service.spec.ports)}\`.`,
    },
  );
}
