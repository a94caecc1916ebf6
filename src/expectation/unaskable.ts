/** Why no call can be made up that might reach a rule: what its VirtualService is for is not there. */
import { hostsOverlap, type Mesh, meshGateway } from '../mesh/index.ts';
import { listed } from '../text/index.ts';
import type { Rule } from './rules-of.ts';
import { serviceMeant } from './service-meant.ts';

/** One sentence for each way to the rule that is closed. */
export function whyUnaskable({ virtualService }: Rule, mesh: Mesh): string[] {
  const found = mesh.virtualServices.of(virtualService);
  if (found === undefined) return [];
  const { hosts, gateways } = found;
  if (hosts.length === 0)
    return [
      'its VirtualService has no hosts: a delegate, of which no tcp or tls rule is ever used',
    ];
  const known = new Set(mesh.gateways.map(({ namespace, name }) => `${namespace}/${name}`));
  const missing = gateways.filter((name) => name !== meshGateway && !known.has(name));
  return [
    ...(missing.length === 0 ? [] : [`the mesh has no Gateway ${listed(missing)}`]),
    ...(gateways.includes(meshGateway) ? withoutService(hosts, mesh) : []),
    ...gateways.flatMap((name) =>
      known.has(name) ? [`no server of Gateway ${name} is for its port`] : [],
    ),
  ];
}

function withoutService(hosts: readonly string[], mesh: Mesh): string[] {
  const nobody = hosts.filter(
    (host) => !mesh.services.some((service) => hostsOverlap(host, service.host)),
  );
  if (nobody.length < hosts.length) return [];
  const meant = nobody.flatMap(
    (host) => serviceMeant(host, mesh.resources, mesh.clusterDomain) ?? [],
  );
  const help = meant.length === 0 ? '' : `: did you mean ${listed(meant)}?`;
  return [`no service is called ${listed(nobody)}${help}`];
}
