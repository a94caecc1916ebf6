/** Namespaces in ambient mode, of a mesh that nobody said is. */
import { meshGateway } from '../../mesh/index.ts';
import { agree, listed } from '../../text/index.ts';
import { dataplaneMode, isAmbientNamespace } from '../facts/ambient.ts';
import type { Facts } from '../facts/facts.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const ambientNotAsked: LintRule = {
  meta: {
    code: 'TCM1006',
    name: 'ambient-not-asked',
    severity: 'info',
    summary:
      'The files have namespaces in ambient mode, and their rules were checked as sidecars apply them.',
    why: 'Clients in ambient mode have no sidecar. Of rules only a waypoint makes something, and it knows less of a connection than a sidecar; that was not checked.',
    help: 'Say `--mode ambient`, or `mode: ambient` in .tcpmesh.yaml; `--mode sidecar` if clients elsewhere have sidecars and these are meant.',
    istio: nobodyElse,
  },
  reads: ['Namespace', 'VirtualService', 'DestinationRule'],
  kiali: null,
  *check(facts) {
    if (facts.options.mode !== 'auto') return;
    const ruled = namespacesWithRules(facts);
    const ambient = facts.objects
      .of('Namespace')
      .filter(({ name }) => ruled.has(name) && isAmbientNamespace(facts, name));
    const [first] = ambient;
    if (first === undefined) return;
    const names = listed(
      ambient.map(({ name }) => name),
      5,
    );
    const are = agree(ambient.length, `namespace ${names} is`, `namespaces ${names} are`);
    yield occurrence(
      first,
      first.metadata,
      ['labels', dataplaneMode],
      `${are} in ambient mode, and the rules there were checked as sidecars apply them`,
    );
  },
};

/** Where VirtualServices and DestinationRules are, or the services that they are for. */
function namespacesWithRules(facts: Facts): ReadonlySet<string> {
  const found = new Set(facts.objects.of('DestinationRule').map(({ namespace }) => namespace));
  for (const service of facts.objects.of('VirtualService')) {
    const { gateways, services } = facts.routes().boundTo(service);
    if (facts.routes().rulesOf(service).length === 0 || !gateways.includes(meshGateway)) continue;
    found.add(service.namespace);
    for (const { namespace } of services) found.add(namespace);
  }
  return found;
}
