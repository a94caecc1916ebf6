/** Changes to one condition of a match. */
import { type Resource, spanAt } from '../resource/index.ts';
import type { Call, Step } from '../routing/index.ts';
import { type Edit, placed } from './edit.ts';
import { type Rule, rulesOf } from './rules-of.ts';

type VirtualService = Resource<'VirtualService'>;

/** A match with one condition that fails gets what the call has. */
export function matchEdit(virtualService: VirtualService, step: Step, { from }: Call): Edit | null {
  const failing = (step.conditions ?? []).filter(({ held }) => held === false);
  const [condition] = failing;
  const place = matchAt(virtualService, step.subject);
  if (condition === undefined || failing.length > 1 || place === null) return null;
  const { match } = place;
  switch (condition.name) {
    case 'destinationSubnets': {
      const subnets = match.destinationSubnets;
      if (subnets === undefined || !/^[\d.:a-f]+$/i.test(condition.actual)) return null;
      const own = condition.actual;
      const what = `let its destinationSubnets hold ${own}, the address that is dialled`;
      return edited(virtualService, place, what, 'destinationSubnets', {
        destinationSubnets: placed([...subnets, own], subnets),
      });
    }
    case 'gateways': {
      const { gateways } = match;
      if (gateways === undefined) return null;
      return edited(virtualService, place, 'add mesh to the gateways of its match', 'gateways', {
        gateways: placed([...gateways, 'mesh'], gateways),
      });
    }
    case 'port': {
      // A sidecar's client could dial the port that is asked for; a gateway has the ports that its servers have.
      if (from.kind !== 'gateway') return null;
      const what = `let its match ask for port ${condition.actual}, the server's`;
      return edited(virtualService, place, what, 'port', { port: Number(condition.actual) });
    }
    case 'sourceNamespace':
    case 'sourceLabels': {
      // Of a sidecar's client these are as well had by another one, and near-misses of the call say so.
      if (from.kind !== 'ambient') return null;
      const what = `leave ${condition.name} out of its match, for a waypoint knows no client`;
      return edited(virtualService, place, what, condition.name, { [condition.name]: undefined });
    }
    case 'sniHosts':
    case 'sourceSubnet':
      return null;
  }
}

type Match = Rule['matches'][number]['value'];
type MatchPlace = { readonly rule: Rule; readonly match: Match; readonly index: number };

function matchAt(virtualService: VirtualService, subject: string): MatchPlace | null {
  const path = subject.slice(subject.indexOf(' ') + 1);
  for (const rule of rulesOf(virtualService))
    for (const [index, match] of rule.matches.entries())
      if (match.path === path) return { rule, match: match.value, index };
  return null;
}

function edited(
  virtualService: VirtualService,
  { rule, match, index }: MatchPlace,
  what: string,
  key: keyof Match & string,
  patch: {
    readonly destinationSubnets?: Match['destinationSubnets'];
    readonly gateways?: Match['gateways'];
    readonly port?: number;
    readonly sourceNamespace?: undefined;
    readonly sourceLabels?: undefined;
  },
): Edit | null {
  const { spec } = virtualService;
  const changed = { ...match, ...patch };
  const change = {
    kind: 'config' as const,
    what,
    object: virtualService,
    span: spanAt(match, key),
  };
  const { tcp } = spec;
  if (rule.list !== 'tcp' || tcp === undefined) return null;
  const rules = tcp.map((own, i) => {
    if (i + 1 !== rule.number || own.match === undefined) return own;
    const matches = own.match.map((one, j) => (j === index ? changed : one));
    return { ...own, match: placed(matches, own.match) };
  });
  return {
    change,
    edited: { ...virtualService, spec: { ...spec, tcp: placed(rules, tcp) } },
  };
}
