/** ExternalName Services as other names of the services that they stand for (`push_context.go:resolveServiceAliases`). */
import { compareText } from './age.ts';
import type { MeshService } from './mesh.ts';

/** An alias of an alias stands for what that one stands for; those that go round in a circle stand for nothing. */
export function withAliases(services: readonly MeshService[]): readonly MeshService[] {
  const targets = new Map<string, string>();
  for (const { host, resolution, externalName } of services)
    if (resolution === 'alias' && externalName !== null) targets.set(host, externalName);
  if (targets.size === 0) return services;
  const aliases = new Map<string, MeshService[]>();
  for (const service of services) {
    if (service.resolution !== 'alias') continue;
    const end = followed(service.host, targets);
    if (end !== null) aliases.set(end, [...(aliases.get(end) ?? []), service]);
  }
  return services.map((service) => {
    const own = aliases.get(service.host);
    return own === undefined ? service : { ...service, aliases: own.sort(byPlace).map(hostOf) };
  });
}

function followed(alias: string, targets: ReadonlyMap<string, string>): string | null {
  const seen = new Set<string>();
  let host = alias;
  for (let next = targets.get(host); next !== undefined; next = targets.get(host)) {
    if (seen.has(host)) return null;
    seen.add(host);
    host = next;
  }
  return host;
}

function byPlace(a: MeshService, b: MeshService): number {
  return compareText(a.namespace, b.namespace) || compareText(a.host, b.host);
}

const hostOf = ({ host }: MeshService): string => host;
