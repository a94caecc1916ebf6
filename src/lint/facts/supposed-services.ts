/**
 * The mesh with the services that VirtualServices are for and the files lack, so that their rules can be held against each other: often
 * a VirtualService is all there is. Each gets the ports that rules name and one more, since a rule that names none holds there too.
 */
import {
  beforeServiceTail,
  buildMesh,
  type Mesh,
  meshGateway,
  optionsOf,
  standInAnnotation,
  standInResources,
} from '../../mesh/index.ts';
import { isLabelName, type Resource } from '../../resource/index.ts';
import type { LintOptions } from '../options.ts';
import type { ReferenceJudge } from './references.ts';
import { unnamedPorts } from './unnamed-port.ts';

type List = 'tcp' | 'tls';
type Ports = Map<number, List>;
type Wanted = { readonly ports: Ports | null; readonly rules: number };

/** Input that lacks more services than these is no file that somebody is at, and asking after all its rules would take its time. */
const mostServices = 50;

/** The mesh itself where nothing is lacking, or where the input is said to be all there is. */
export function withSupposedServices(
  mesh: Mesh,
  judges: ReferenceJudge,
  { clusterDomain, refs }: LintOptions,
): Mesh {
  // A mesh built anew would not know the age of what is described twice.
  if (refs === 'require' || mesh.replaced.length > 0) return mesh;
  if (refs === 'auto' && judges('services')) return mesh;
  const wanted = new Map<string, Wanted>();
  for (const { resource, hosts, gateways } of mesh.virtualServices.all) {
    if (!gateways.includes(meshGateway)) continue;
    const ports = portsOf(resource);
    if (ports?.size === 0) continue;
    for (const host of hosts) {
      if (serviceOf(host, clusterDomain) === null || mesh.servicesByHost.has(host)) continue;
      const known = wanted.get(host) ?? { ports: new Map(), rules: 0 };
      wanted.set(host, {
        ports: joined(known.ports, ports),
        rules: known.rules + countMatches(resource),
      });
    }
  }
  const services = [...wanted].flatMap(([host, { ports, rules }]) => {
    const service = serviceOf(host, clusterDomain);
    // One alone has nothing to be held against.
    return service === null || ports === null || rules < 2 ? [] : [standIn(service, ports)];
  });
  if (services.length === 0 || services.length > mostServices) return mesh;
  const { resources } = mesh;
  return buildMesh(
    [...resources, ...standInResources(services, resources.length)],
    optionsOf(mesh),
  );
}

/** Which list of rules each port is for; null where one port is in both, for then its protocol decides and is not known. */
function portsOf({ spec }: Resource<'VirtualService'>): Ports | null {
  const ports: Ports = new Map();
  for (const list of ['tcp', 'tls'] as const) {
    const rules = spec[list] ?? [];
    if (rules.length === 0) continue;
    const named = rules.flatMap(({ match }) =>
      (match ?? []).flatMap(({ port }) => (port === undefined || port === 0 ? [] : [port])),
    );
    for (const port of [...named, unnamedPorts[list]]) {
      if (ports.has(port) && ports.get(port) !== list) return null;
      ports.set(port, list);
    }
  }
  return ports;
}

function countMatches({ spec }: Resource<'VirtualService'>): number {
  const rules = [...(spec.tcp ?? []), ...(spec.tls ?? [])];
  return rules.reduce((sum, { match }) => sum + Math.max(1, match?.length ?? 0), 0);
}

function joined(a: Ports | null, b: Ports | null): Ports | null {
  if (a === null || b === null) return null;
  const ports: Ports = new Map(a);
  for (const [port, list] of b) {
    if (ports.has(port) && ports.get(port) !== list) return null;
    ports.set(port, list);
  }
  return ports;
}

type Name = { readonly name: string; readonly namespace: string };

function serviceOf(host: string, clusterDomain: string): Name | null {
  const [name, namespace, ...more] = beforeServiceTail(host, clusterDomain)?.split('.') ?? [];
  if (name === undefined || namespace === undefined || more.length > 0) return null;
  return isLabelName(name) && isLabelName(namespace) ? { name, namespace } : null;
}

function standIn({ name, namespace }: Name, ports: Ports) {
  const why = `Service ${namespace}/${name}: a VirtualService is for it, and the files hold no Service`;
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, annotations: { [standInAnnotation]: why } },
      spec: { ports: [...ports].map(([port, list]) => ({ name: `${list}-${port}`, port })) },
    },
    why,
  };
}
