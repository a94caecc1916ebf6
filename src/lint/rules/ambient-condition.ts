/** In ambient mode: conditions and weights that do not work as they do with sidecars. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { L4MatchAttributes, Resource, TlsMatchAttributes } from '../../resource/index.ts';
import { meshBoundInAmbient } from '../facts/ambient.ts';
import type { Facts } from '../facts/facts.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

type Match = L4MatchAttributes | TlsMatchAttributes;
type Field = 'sourceLabels' | 'sourceNamespace' | 'destinationSubnets' | 'port';

export const ambientCondition: LintRule = {
  meta: {
    code: 'TCM1111',
    name: 'ambient-condition',
    severity: 'error',
    summary: 'In ambient mode, a match asks for something that does not work there.',
    why: 'A waypoint does not know the client: with sourceLabels or sourceNamespace a match never holds, and destinationSubnets are passed over, so that the match holds for every address. Alibaba ASM supports no attribute but gateways, and no weights.',
    help: 'Leave the condition out, or keep the clients on sidecars.',
    istio: nobodyElse,
  },
  reads: ['VirtualService'],
  kiali: null,
  *check(facts) {
    for (const service of meshBoundInAmbient(facts))
      for (const list of ['tcp', 'tls'] as const)
        for (const { match, route } of service.spec[list] ?? []) {
          for (const block of match ?? []) yield* conditions(service, block, facts);
          if (
            facts.options.ambientProfile === 'asm' &&
            (route ?? []).length > 1 &&
            route !== undefined
          )
            yield occurrence(
              service,
              route,
              [],
              'ASM supports no weighted TCP routing in ambient mode',
              { severity: 'warning' },
            );
        }
  },
};

function* conditions(
  service: Resource<'VirtualService'>,
  match: Match,
  facts: Facts,
): Iterable<Occurrence> {
  const asm = facts.options.ambientProfile === 'asm';
  const say = (field: Field, message: string): Occurrence =>
    occurrence(service, match, [field], message);
  if (Object.keys(match.sourceLabels ?? {}).length > 0)
    yield say('sourceLabels', asm ? unsupported('sourceLabels') : neverHolds('sourceLabels'));
  if ((match.sourceNamespace ?? '') !== '')
    yield say(
      'sourceNamespace',
      asm ? unsupported('sourceNamespace') : neverHolds('sourceNamespace'),
    );
  if ((match.destinationSubnets ?? []).length > 0)
    yield say(
      'destinationSubnets',
      asm
        ? unsupported('destinationSubnets')
        : 'a waypoint passes over destinationSubnets: the match holds for every address',
    );
  if (asm && (match.port ?? 0) !== 0) yield say('port', unsupported('port'));
}

const neverHolds = (field: Field): string =>
  `a waypoint does not know the client: with ${field} this match never holds`;
const unsupported = (field: Field): string => `ASM does not support ${field} in ambient mode`;
