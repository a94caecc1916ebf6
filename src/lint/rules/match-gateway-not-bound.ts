/** match.gateways that names what spec.gateways does not. */

import type { Occurrence } from '../../diagnostic/index.ts';
import { meshGateway, resolveGatewayName } from '../../mesh/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import { listed } from '../../text/index.ts';
import { type AnyMatch, everyMatch } from '../facts/rule-walk.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

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
    for (const service of facts.objects.of('VirtualService'))
      for (const { gateways } of everyMatch(service))
        if (gateways !== undefined) yield* unbound(service, gateways);
  },
};

function* unbound(
  service: Resource<'VirtualService'>,
  asked: NonNullable<AnyMatch['gateways']>,
): Iterable<Occurrence> {
  const { spec, namespace } = service;
  const given = spec.gateways !== undefined && spec.gateways.length > 0;
  const written: readonly string[] = given ? (spec.gateways ?? []) : [meshGateway];
  const bound = new Set(written.map((name) => resolveGatewayName(name, namespace)));
  for (const [i, name] of asked.entries()) {
    if (bound.has(resolveGatewayName(name, namespace))) continue;
    yield occurrence(
      service,
      asked,
      [i],
      `${name} is not in spec.gateways (${listed(written)}), so nothing arrives here from it`,
      {
        help: given
          ? `Add ${name} to spec.gateways.`
          : `Write \`gateways: [mesh, ${name}]\` in spec, or \`[${name}]\` if sidecars are not meant.`,
        related: given
          ? [
              {
                message: 'the gateways of the VirtualService are here',
                span: spanAt(spec, 'gateways'),
              },
            ]
          : [],
      },
    );
  }
}
