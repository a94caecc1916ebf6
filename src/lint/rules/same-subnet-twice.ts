/** One subnet in two rules: Envoy cannot tell them apart and refuses the whole listener. */
import { formatAddress, parsePrefix, prefixKey } from '../../address/index.ts';
import type { Occurrence, Related } from '../../diagnostic/index.ts';
import type { Rule } from '../../expectation/index.ts';
import { unnamedNamespace } from '../../expectation/index.ts';
import type { MeshService } from '../../mesh/index.ts';
import { spanAt } from '../../resource/index.ts';
import type { Call, Labels } from '../../routing/index.ts';
import { connectionText, ruleText } from '../facts/connection-text.ts';
import type { Facts } from '../facts/facts.ts';
import { groupBy } from '../facts/group-by.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

type Match = Rule['matches'][number]['value'];
type Claim = {
  readonly rule: Rule;
  readonly match: Match;
  readonly index: number;
  readonly key: string;
};

export const sameSubnetTwice: LintRule = {
  meta: {
    code: 'TCM1204',
    name: 'same-subnet-twice',
    severity: 'error',
    summary: 'Two rules that hold for the same client name the same destination subnet.',
    why: 'It is not "the first wins": Envoy cannot tell the two filter chains apart and refuses the whole listener. On a fresh proxy every connection to the service then bypasses all rules. `istioctl validate` passes it.',
    help: 'Name each subnet in one rule only, or make the rules exclude each other by labels, namespace or port.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Sidecar'],
  kiali: null,
  *check(given) {
    const facts = given.supposed();
    const groups = groupBy(claimsOf(facts), ({ key }) => key);
    for (const group of groups.values()) {
      const earlier = new Map<MeshService, Claim[]>();
      for (const claim of group) {
        const { services } = facts.routes().boundTo(claim.rule.virtualService);
        const rivals = new Set(services.flatMap((service) => earlier.get(service) ?? []));
        yield* refused(claim, [...rivals], facts);
        for (const service of services) {
          const known = earlier.get(service);
          if (known === undefined) earlier.set(service, [claim]);
          else known.push(claim);
        }
      }
    }
  },
};

function* claimsOf(facts: Facts): Iterable<Claim> {
  for (const rule of facts.routes().rules)
    for (const { value: match } of rule.matches)
      for (const [index, subnet] of (match.destinationSubnets ?? []).entries()) {
        const prefix = parsePrefix(subnet);
        if (prefix === null) continue;
        // All entries at 0.0.0.0 are dropped, and so alike.
        const key = subnet.startsWith('0.0.0.0') ? 'zero' : prefixKey(prefix);
        yield { rule, match, index, key };
      }
}

/** Rivals beyond these are not asked about: one refusal is enough to say so. Where there is none, that is said. */
const mostRivals = 20;

function* refused(claim: Claim, earlier: readonly Claim[], facts: Facts): Iterable<Occurrence> {
  for (const rival of earlier.slice(-mostRivals)) {
    const call = refusedCall(claim, rival, facts);
    const subnets = claim.match.destinationSubnets;
    if (call === null || subnets === undefined) continue;
    const where = ruleText(rival.rule.ref, claim.rule.virtualService);
    const related: Related[] =
      rival.match.destinationSubnets === undefined
        ? []
        : [
            {
              message: 'it stands here too',
              span: spanAt(rival.match.destinationSubnets, rival.index),
            },
          ];
    yield occurrence(
      claim.rule.virtualService,
      subnets,
      [claim.index],
      `Envoy refuses the listener because ${where} names the same subnet: ${connectionText(call)} bypasses every rule`,
      { related },
    );
    return;
  }
  if (earlier.length > mostRivals) facts.unfinished.add(claim.rule.virtualService);
}

/** A connection for which both hold and which finds the listener refused, by routing. */
function refusedCall(a: Claim, b: Claim, facts: Facts): Call | null {
  const labels = joined(a.match.sourceLabels ?? {}, b.match.sourceLabels ?? {});
  const spaces = [a.match.sourceNamespace, b.match.sourceNamespace].filter(
    (name) => name !== undefined && name !== '',
  );
  if (labels === null || new Set(spaces).size > 1) return null;
  const namespaces =
    spaces[0] === undefined ? [a.rule.virtualService.namespace, unnamedNamespace] : [spaces[0]];
  const [ofA, ofB] = [a, b].map(({ rule }) => facts.routes().boundTo(rule.virtualService).services);
  const services = (ofA ?? []).filter((service) => ofB?.includes(service));
  for (const namespace of namespaces)
    for (const service of services.slice(0, 5))
      for (const { number: port } of service.ports) {
        if (![a, b].every(({ match }) => (match.port ?? 0) === 0 || match.port === port)) continue;
        const call: Call = {
          from: { kind: 'sidecar', namespace, labels },
          // An address that is only supposed proves nothing; the name does.
          to: service.standIn
            ? { host: service.host, port }
            : { host: service.host, ip: dialledIn(service.address, a), port },
          protocol: 'tcp',
        };
        if (facts.routes().ask(call).outcome === 'listener-rejected') return call;
      }
  return null;
}

/** The service's own address; of one that has a range or none, the first of the subnet. */
function dialledIn(address: string, { match, index }: Claim): string {
  if (!address.includes('/') && address !== '0.0.0.0') return address;
  const prefix = parsePrefix(match.destinationSubnets?.[index] ?? '');
  return prefix === null ? address : formatAddress({ family: prefix.family, bits: prefix.first });
}

function joined(a: Labels, b: Labels): Labels | null {
  const clash = Object.entries(a).some(([key, value]) => b[key] !== undefined && b[key] !== value);
  return clash ? null : { ...a, ...b };
}
