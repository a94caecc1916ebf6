/** A DestinationRule opens another TLS than the sidecars of the service take. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { unnamedNamespace } from '../../expectation/index.ts';
import {
  endpointsOf,
  labelsMatch,
  type MergedDestinationRule,
  type MeshEndpoint,
  type MeshService,
  ruleForClient,
} from '../../mesh/index.ts';
import { type ClientTlsSettings, type Resource, spanAt } from '../../resource/index.ts';
import { policyFor } from '../../routing/index.ts';
import type { Facts } from '../facts/facts.ts';
import { isCaptured } from '../facts/inbound-capture.ts';
import { type InboundMtls, inboundMtls } from '../facts/peer-authentication.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const mtlsMismatch: LintRule = {
  meta: {
    code: 'TCM1413',
    name: 'mtls-mismatch',
    severity: 'error',
    summary:
      'A DestinationRule opens connections without mutual TLS to workloads whose PeerAuthentication is STRICT, or with it to such as have it disabled.',
    why: 'In mode STRICT a sidecar refuses what is not mutual TLS of the mesh; in mode DISABLE it hands the TLS bytes to the application. Either way every connection fails. Without a tls block in the DestinationRule Istio would choose what the other side takes.',
    help: 'Remove the tls block, or make it fit: ISTIO_MUTUAL for STRICT, DISABLE for DISABLE.',
    istio: nobodyElse,
  },
  reads: ['DestinationRule', 'PeerAuthentication', 'Service', 'Pod', 'Deployment', 'Namespace'],
  kiali: 'KIA0205, KIA0206, KIA0207, KIA0208',
  *check(facts) {
    if (facts.objects.of('PeerAuthentication').length === 0) return;
    const takenBy = inboundMtls(facts);
    const said = new Set<ClientTlsSettings>();
    for (const service of facts.mesh.services)
      for (const opening of openingsTo(service, facts)) {
        if (said.has(opening.tls)) continue;
        for (const endpoint of opening.endpoints) {
          const found = clash(opening, endpoint, takenBy, facts);
          if (found === null) continue;
          said.add(opening.tls);
          yield found;
          break;
        }
      }
  },
};

/** A tls block that counts for connections to a port of a service, whose it is, and where they may go. */
type Opening = {
  readonly service: MeshService;
  readonly port: number;
  readonly rule: Resource<'DestinationRule'>;
  readonly tls: ClientTlsSettings;
  readonly endpoints: readonly MeshEndpoint[];
};

function* openingsTo(service: MeshService, facts: Facts): Iterable<Opening> {
  const rules = rulesFor(service, facts);
  if (rules.size === 0) return;
  const endpoints = endpointsOf(facts.mesh, service.host, service.namespace);
  for (const { trafficPolicy, policyRule, subsets } of rules)
    for (const { number: port } of service.ports) {
      const reached = endpoints.filter(({ servicePort }) => servicePort === port);
      const { tls } = policyFor(port, trafficPolicy, undefined);
      if (tls !== undefined && policyRule !== null)
        yield { service, port, rule: policyRule.resource, tls, endpoints: reached };
      for (const { subset, rule } of subsets.values()) {
        const own = policyFor(port, trafficPolicy, subset.trafficPolicy).tls;
        if (own === undefined || own === tls) continue;
        const chosen = reached.filter(({ labels }) => labelsMatch(subset.labels ?? {}, labels));
        yield { service, port, rule: rule.resource, tls: own, endpoints: chosen };
      }
    }
}

/** What clients get that no workloadSelector is meant for: those of the service's namespace, of any other, and of the rules' own. */
function rulesFor({ host, namespace }: MeshService, facts: Facts): Set<MergedDestinationRule> {
  const { destinationRules } = facts.mesh;
  const own = destinationRules.all.flatMap((rule) => (rule.host === host ? rule.namespace : []));
  const found = [...new Set([namespace, unnamedNamespace, ...own])].flatMap((client) => {
    const rules = destinationRules.search(host, namespace, client).at(-1)?.rules ?? [];
    return ruleForClient(rules, client, {}) ?? [];
  });
  return new Set(found.filter(({ selector }) => selector === null));
}

function clash(
  { service, port, rule, tls }: Opening,
  endpoint: MeshEndpoint,
  takenBy: ReturnType<typeof inboundMtls>,
  facts: Facts,
): Occurrence | null {
  const { workload } = endpoint;
  if (workload === null) return null;
  const taken = takenBy(workload, endpoint.port);
  const failure = failureOf(tls, taken);
  if (failure === null || taken.said === null) return null;
  const captured = isCaptured(workload, endpoint.port, facts);
  if (captured === false) return null;
  const presumed = captured === undefined ? ', if it has a sidecar' : '';
  return occurrence(
    rule,
    tls,
    ['mode'],
    `connections to ${service.host}:${port} are opened ${failure} ${nameOf(workload.resource)} by ${nameOf(taken.said.policy)}${presumed}`,
    {
      ...(captured === undefined ? { severity: 'warning' } : {}),
      related: [
        {
          message: `${taken.mode} is said here`,
          span: spanAt(taken.said.policy.spec, ...taken.said.keys),
        },
      ],
    },
  );
}

/** SIMPLE brings no certificate of the client. MUTUAL brings one that may be of the mesh. */
function failureOf({ mode = 'DISABLE' }: ClientTlsSettings, taken: InboundMtls): string | null {
  if (taken.mode === 'STRICT' && mode === 'DISABLE')
    return 'without TLS, and mutual TLS is required of';
  if (taken.mode === 'STRICT' && mode === 'SIMPLE')
    return 'without a certificate of the client, and mutual TLS is required of';
  if (taken.mode === 'DISABLE' && mode === 'ISTIO_MUTUAL')
    return 'with mutual TLS, which is disabled at';
  return null;
}
