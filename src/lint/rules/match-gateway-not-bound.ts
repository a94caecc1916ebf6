/** match.gateways that names what spec.gateways does not. */
import { meshGateway, resolveGatewayName } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import { type LintRule, listed, nobodyElse, occurrence } from '../rule.ts';

export const matchGatewayNotBound: LintRule = {
  meta: {
    code: 'TCM1106',
    name: 'match-gateway-not-bound',
    severity: 'error',
    summary: 'A match names a gateway that the VirtualService is not bound to.',
    why: '`spec.gateways` decides where the VirtualService is used; match.gateways can only narrow that. A name that is not in spec.gateways (`mesh`, where spec.gateways is absent) never matches.',
    help: 'Add the name to spec.gateways.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService')) {
      const { spec, namespace } = service;
      const written =
        spec.gateways === undefined || spec.gateways.length === 0 ? [meshGateway] : spec.gateways;
      const bound = new Set(written.map((name) => resolveGatewayName(name, namespace)));
      for (const list of ['http', 'tls', 'tcp'] as const)
        for (const { match } of spec[list] ?? [])
          for (const { gateways } of match ?? [])
            for (const [i, name] of (gateways ?? []).entries()) {
              if (gateways === undefined || bound.has(resolveGatewayName(name, namespace)))
                continue;
              yield occurrence(
                service,
                gateways,
                [i],
                `${name} is not in spec.gateways (${listed([...written])}), so nothing arrives here from it`,
                {
                  help:
                    spec.gateways === undefined
                      ? `Write \`gateways: [mesh, ${name}]\` in spec, or \`[${name}]\` if sidecars are not meant.`
                      : `Add ${name} to spec.gateways.`,
                  related:
                    spec.gateways === undefined
                      ? []
                      : [
                          {
                            message: 'the gateways of the VirtualService are here',
                            span: spanAt(spec, 'gateways'),
                          },
                        ],
                },
              );
            }
    }
  },
};
