/** A match on a port that neither the service nor the Gateway has. */
import { meshGateway } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import { type LintRule, listed, nobodyElse, occurrence } from '../rule.ts';

export const matchPortUnknown: LintRule = {
  meta: {
    code: 'TCM1305',
    name: 'match-port-unknown',
    severity: 'warning',
    summary:
      'A match asks for a port that neither the services of the hosts nor the Gateways have.',
    why: 'The port of a match is the one that clients dial: the port of the Service (not its targetPort), or the number of the Gateway server. Any other never matches.',
    help: 'Use a port of the Service or of the Gateway.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway'],
  kiali: null,
  *check(facts) {
    for (const rule of facts.routes().rules) {
      const { virtualService } = rule;
      const { gateways, services } = facts.routes().boundTo(virtualService);
      if (gateways.includes(meshGateway) && services.length === 0) continue;
      const named = gateways.filter((name) => name !== meshGateway);
      const found = facts.mesh.gateways.filter(({ namespace, name }) =>
        named.includes(`${namespace}/${name}`),
      );
      if (found.length < named.length) continue;
      const fromServices = gateways.includes(meshGateway)
        ? services.flatMap(({ ports }) => ports.map(({ number }) => number))
        : [];
      const known = new Set([
        ...fromServices,
        ...found.flatMap(({ spec }) => (spec.servers ?? []).map(({ port }) => port?.number ?? 0)),
      ]);
      const targets = new Map(
        services.flatMap(({ ports }) => ports.map((port) => [port.targetPort, port.number])),
      );
      for (const { value } of rule.matches) {
        if ((value.port ?? 0) === 0 || known.has(value.port ?? 0)) continue;
        const ports = listed([...known].sort((a, b) => a - b).map(String), 5);
        const meant = targets.get(value.port);
        const first = services[0] ?? null;
        yield occurrence(
          virtualService,
          value,
          ['port'],
          `nothing is dialled on port ${value.port}: ${first === null ? 'the Gateway' : first.host} has ${ports === '' ? 'no ports' : ports}`,
          {
            help:
              meant === undefined
                ? `Use ${ports === '' ? 'a port that exists' : ports}.`
                : `${value.port} is the targetPort; clients dial ${meant}.`,
            related:
              first === null
                ? []
                : [{ message: 'the ports are here', span: spanAt(first.resource.spec, 'ports') }],
          },
        );
      }
    }
  },
};
