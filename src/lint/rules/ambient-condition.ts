/** In ambient mode: conditions and weights that do not work as they do with sidecars. */
import type { Occurrence } from '../../diagnostic/index.ts';
import type { L4MatchAttributes, Resource, TlsMatchAttributes } from '../../resource/index.ts';
import { namesService } from '../../routing/index.ts';
import { anyOf } from '../../text/index.ts';
import { meshBoundInAmbient } from '../facts/ambient.ts';
import type { Facts } from '../facts/facts.ts';
import { servicesAtWaypoint } from '../facts/waypoint-rules.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

type Match = L4MatchAttributes | TlsMatchAttributes;
type Field = 'sourceLabels' | 'sourceNamespace' | 'destinationSubnets' | 'port';

export const ambientCondition: LintRule = {
  meta: {
    code: 'TCM1111',
    name: 'ambient-condition',
    severity: 'error',
    summary: 'In ambient mode, a match asks for something that does not work there.',
    why: 'A waypoint does not know the client: with sourceLabels or sourceNamespace a match never holds, destinationSubnets are passed over, so that the match holds for every address, and a tls match holds only if the full name of the service is the one server name that it has, whatever name the client sends. Alibaba ASM supports no attribute but gateways, and no weights.',
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
  const written: Field[] = [];
  if (Object.keys(match.sourceLabels ?? {}).length > 0) written.push('sourceLabels');
  if ((match.sourceNamespace ?? '') !== '') written.push('sourceNamespace');
  for (const field of written) yield say(field, asm ? unsupported(field) : neverHolds(field));
  if (asm && (match.port ?? 0) !== 0) yield say('port', unsupported('port'));
  const subnets = (match.destinationSubnets ?? []).length > 0;
  if (asm && subnets) yield say('destinationSubnets', unsupported('destinationSubnets'));
  // What never holds holds for no address.
  if (asm || written.length > 0) return;
  const names = 'sniHosts' in match ? strangeNames(service, match, facts) : null;
  if (names !== null) yield occurrence(service, match, ['sniHosts'], names.message, names);
  else if (subnets)
    yield say(
      'destinationSubnets',
      'a waypoint passes over destinationSubnets: the match holds for every address',
    );
}

/** Server names with which a tls match does not hold for any of the services. */
function strangeNames(
  virtualService: Resource<'VirtualService'>,
  { sniHosts }: TlsMatchAttributes,
  facts: Facts,
): { readonly message: string; readonly help: string } | null {
  const { services } = facts.routes().boundTo(virtualService);
  const atWaypoint = servicesAtWaypoint(virtualService, services, facts).map((one) => one.service);
  if (atWaypoint.length === 0 || atWaypoint.some((service) => namesService(sniHosts, service)))
    return null;
  const hosts = anyOf(atWaypoint.map(({ host }) => `[${host}]`));
  return {
    message: `a waypoint does not look at server names: this match holds only with sniHosts: ${hosts}, and then for every connection`,
    help: `Write \`sniHosts: ${hosts}\` and the same name under hosts, or a tcp rule.`,
  };
}

const neverHolds = (field: Field): string =>
  `a waypoint does not know the client: with ${field} this match never holds`;
const unsupported = (field: Field): string => `ASM does not support ${field} in ambient mode`;
