/** tcp and tls rules for a host that is no service. */
import { parseAddress } from '../../address/index.ts';
import type { Occurrence } from '../../diagnostic/index.ts';
import { isServiceHost, type MeshService, meshGateway } from '../../mesh/index.ts';
import { type Placed, type Resource, spanAt } from '../../resource/index.ts';
import { anyOf } from '../../text/index.ts';
import { serviceMeantBy } from '../facts/dotted-name.ts';
import type { Facts } from '../facts/facts.ts';
import { hostMeant } from '../facts/host-meant.ts';
import { expandHost } from '../facts/host-name.ts';
import { judgesHost } from '../facts/judged-host.ts';
import { waking, writeItem } from '../mend.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const hostWithoutService: LintRule = {
  meta: {
    code: 'TCM1306',
    name: 'host-without-service',
    severity: 'warning',
    summary: 'A VirtualService with tcp or tls rules is for a host that no service has.',
    why: 'TCP carries no host name. On a sidecar the host only says which service the rules belong to; without one they belong to nothing.',
    help: 'Name a Service (name.namespace.svc.cluster.local) or add a ServiceEntry for the host.',
    istio: nobodyElse,
  },
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  kiali: null,
  *check(facts) {
    for (const service of facts.objects.of('VirtualService'))
      if (hasLayer4Rules(service) && isForMesh(service)) yield* strangers(service, facts);
  },
};

function hasLayer4Rules({ spec }: Resource<'VirtualService'>): boolean {
  return (spec.tcp ?? []).length > 0 || (spec.tls ?? []).length > 0;
}

function isForMesh({ spec }: Resource<'VirtualService'>): boolean {
  const gateways: readonly string[] = spec.gateways ?? [];
  return gateways.length === 0 || gateways.includes(meshGateway);
}

function* strangers(service: Resource<'VirtualService'>, facts: Facts): Iterable<Occurrence> {
  const { hosts } = service.spec;
  if (hosts === undefined) return;
  const alone = facts.routes().boundTo(service).services.every(isAlias);
  const so = alone
    ? 'so for sidecars these rules belong to nothing'
    : 'so for sidecars it adds nothing to the others';
  for (const [i, host] of hosts.entries()) {
    const fqdn = expandHost(host, service.namespace, facts.options.clusterDomain);
    const alias = facts.mesh.servicesByHost.get(fqdn)?.find(isAlias);
    if (alias !== undefined) yield occurrence(service, hosts, [i], ...otherName(alias, so));
    if (!isStranger(fqdn, facts) || serviceMeantBy(host, facts) !== null) continue;
    if (!alone && isForGatewayToo(service, fqdn, facts)) continue;
    const message = `no Service or ServiceEntry has the host ${fqdn}, ${so}`;
    yield occurrence(service, hosts, [i], message, hint(service, hosts, i, fqdn, facts));
  }
}

/** A public name beside those of services, for clients that come by a gateway. */
function isForGatewayToo(
  { spec }: Resource<'VirtualService'>,
  fqdn: string,
  { options }: Facts,
): boolean {
  const atGateways = (spec.gateways ?? []).some((name) => name !== meshGateway);
  return atGateways && !isServiceHost(fqdn, options.clusterDomain);
}

function isAlias({ resolution }: MeshService): boolean {
  return resolution === 'alias';
}

/** An ExternalName Service has no listener: its clients meet the rules of the name that it stands for. */
function otherName(
  { host, externalName, resource }: MeshService,
  so: string,
): [string, Pick<Occurrence, 'help' | 'related'>] {
  return [
    `${host} is only another name for ${externalName}, without a listener of its own, ${so}`,
    {
      help: `Write ${externalName} as the host, and a ServiceEntry for it if there is none.`,
      related: [
        { message: 'the other name is given here', span: spanAt(resource.spec, 'externalName') },
      ],
    },
  ];
}

function isStranger(fqdn: string, facts: Facts): boolean {
  return judgesHost(fqdn, facts) && !facts.hosts().overlaps(fqdn);
}

function hint(
  service: Resource,
  hosts: readonly string[] & Placed,
  index: number,
  fqdn: string,
  facts: Facts,
): Pick<Occurrence, 'help' | 'guess'> {
  const host = hosts[index] ?? '';
  if (parseAddress(host) !== null)
    return { help: 'Name the service; to choose by address use destinationSubnets.' };
  const meant = hostMeant(host, fqdn, service, facts).hosts;
  const [only, ...others] = meant;
  if (only === undefined) return {};
  // The same host twice is refused.
  const isSure = others.length === 0 && !hosts.includes(only);
  return {
    help: `Did you mean ${anyOf(meant)}?`,
    guess: isSure ? waking(writeItem(hosts, index, only)) : undefined,
  };
}
