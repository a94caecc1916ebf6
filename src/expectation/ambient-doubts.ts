/** Where what a waypoint does is not all that happens, or not what Istio's own waypoint does. */
import { type Mesh, namespaceOf, waypointBindingOf } from '../mesh/index.ts';
import type { Resource } from '../resource/index.ts';
import type { Verdict } from '../routing/index.ts';
import { listed } from '../text/index.ts';

export type AmbientProfile = 'istio' | 'asm';

/** One sentence for each. */
export function ambientDoubts(verdict: Verdict, mesh: Mesh, profile: AmbientProfile): string[] {
  const { from } = verdict.call;
  if (from.kind === 'gateway') return throughWaypoints(verdict, mesh);
  if (from.kind !== 'ambient') return [];
  return [...canary(verdict, mesh), ...(profile === 'asm' ? unsupported(verdict, mesh) : [])];
}

const canaryLabel = 'istio.io/use-waypoint-canary';

/** The share that a second waypoint gets is decided by its own rules, which may be others where it is in another namespace. */
function canary({ steps }: Verdict, mesh: Mesh): string[] {
  const step = steps.find(({ reason }) => reason === 'waypoint');
  const host = steps.find(({ reason }) => reason === 'service-address')?.subject;
  const [service] = mesh.servicesByHost.get(host ?? '') ?? [];
  if (step === undefined || service === undefined) return [];
  const { said } = waypointBindingOf(mesh, service.resource);
  const other = said?.by.metadata.labels?.[canaryLabel] ?? '';
  return other === '' || other === 'none'
    ? []
    : [
        `a part of the connections may go to the waypoint ${other} instead (${canaryLabel}): this answer is that of ${step.subject}`,
      ];
}

/** What Alibaba documents no support for in ambient mode, in the rules that have a say here. */
function unsupported({ steps }: Verdict, mesh: Mesh): string[] {
  if (!steps.some(({ reason }) => reason === 'waypoint')) return [];
  const read = new Set(
    steps
      .filter(({ stage, result }) => stage === 'rule' && result !== 'shadowed')
      .map(({ subject }) => subject.split(' ')[0]),
  );
  const used = new Set(
    mesh.virtualServices.all
      .filter(({ namespace, name }) => read.has(`${namespace}/${name}`))
      .flatMap(({ resource }) => attributesOf(resource)),
  );
  return used.size === 0
    ? []
    : [
        `ASM documents no support for ${listed([...used], 10)} in TCP rules of ambient mode: this is what Istio's own waypoint does`,
      ];
}

function attributesOf({ spec }: Resource<'VirtualService'>): string[] {
  return [...(spec.tcp ?? []), ...(spec.tls ?? [])].flatMap(({ match, route }) => [
    ...(match ?? []).flatMap((one) => [
      ...((one.port ?? 0) === 0 ? [] : ['port']),
      ...((one.sourceNamespace ?? '') === '' ? [] : ['sourceNamespace']),
      ...(Object.keys(one.sourceLabels ?? {}).length === 0 ? [] : ['sourceLabels']),
      ...((one.destinationSubnets ?? []).length === 0 ? [] : ['destinationSubnets']),
    ]),
    ...((route ?? []).length > 1 ? ['weights'] : []),
  ]);
}

const ingressLabel = 'istio.io/ingress-use-waypoint';

/** A gateway goes past waypoints, unless a service asks for its own (`endpoint_builder.go:findServiceWaypoint`). */
function throughWaypoints({ destinations }: Verdict, mesh: Mesh): string[] {
  const found = new Map<string, string>();
  for (const { host } of destinations) {
    const [service] = mesh.servicesByHost.get(host) ?? [];
    if (service === undefined || service.resource.kind !== 'Service') continue;
    const { resource } = service;
    const { waypoint } = waypointBindingOf(mesh, resource);
    const home = namespaceOf(mesh, resource.namespace);
    const asked = resource.metadata.labels?.[ingressLabel] ?? home?.metadata.labels?.[ingressLabel];
    if (waypoint !== null && /^(1|t|true)$/i.test(asked ?? ''))
      found.set(host, `${waypoint.namespace}/${waypoint.name}`);
  }
  return [...found].map(
    ([host, name]) =>
      `what the gateway sends to ${host} goes to its waypoint ${name} (${ingressLabel}), whose rules choose once more`,
  );
}
