/** ServiceEntries of several namespaces for one host, of which clients elsewhere get only one. */
import type { Occurrence } from '../../diagnostic/index.ts';
import { unnamedNamespace } from '../../expectation/index.ts';
import { isVisible, type MeshService } from '../../mesh/index.ts';
import { type Resource, spanAt } from '../../resource/index.ts';
import type { Facts } from '../facts/facts.ts';
import { type LintRule, nameOf, nobodyElse, occurrence } from '../rule.ts';

export const serviceEntryOutranked: LintRule = {
  meta: {
    code: 'TCM1414',
    name: 'service-entry-outranked',
    severity: 'warning',
    summary:
      'ServiceEntries of several namespaces say different things of one host, and are exported to the same clients.',
    why: 'Of a host that several namespaces define a client gets one record alone: that of its own namespace, else a Kubernetes Service, else the oldest. The ports, addresses and endpoints of the others do not count for it.',
    help: "Give each an exportTo that keeps them apart, such as ['.'], or make one of them.",
    istio: nobodyElse,
  },
  reads: ['ServiceEntry', 'Service', 'Sidecar'],
  kiali: 'KIA1211',
  *check(facts) {
    const said = new Set<Resource>();
    for (const services of facts.mesh.servicesByHost.values()) {
      if (new Set(services.map(({ namespace }) => namespace)).size < 2) continue;
      for (const service of services)
        if (!said.has(service.resource)) {
          const found = outranked(service, facts);
          if (found === null) continue;
          said.add(service.resource);
          yield found;
        }
    }
  },
};

function outranked(
  { resource, host, namespace, visibility }: MeshService,
  facts: Facts,
): Occurrence | null {
  if (resource.kind !== 'ServiceEntry' || !isVisible(visibility, namespace, unnamedNamespace))
    return null;
  const other = gotElsewhere(host, facts);
  if (other === undefined || other.namespace === namespace || sameThing(resource, other.resource))
    return null;
  const hosts: readonly string[] = resource.spec.hosts ?? [];
  return occurrence(
    resource,
    resource.spec,
    ['hosts', Math.max(0, hosts.indexOf(host))],
    `clients outside of namespace ${namespace} get ${host} from ${nameOf(other.resource)}, which says something else: this entry counts in ${namespace} alone`,
    {
      related: [
        { message: 'this one counts elsewhere', span: spanAt(other.resource.metadata, 'name') },
      ],
    },
  );
}

/** What a client gets in a namespace that defines nothing. */
function gotElsewhere(host: string, facts: Facts): MeshService | undefined {
  const client = {
    kind: 'sidecar',
    namespace: unnamedNamespace,
    labels: {},
    ip: undefined,
  } as const;
  return facts.routes().compiled(client).view.services.get(host);
}

/** Nothing hangs on who may see them, for both are seen. */
function sameThing(entry: Resource<'ServiceEntry'>, other: MeshService['resource']): boolean {
  if (other.kind !== 'ServiceEntry') return false;
  const [own, its] = [entry, other].map(({ spec: { exportTo: _, ...rest } }) =>
    JSON.stringify(rest),
  );
  return own === its;
}
