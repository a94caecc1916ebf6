/** How the connections of a client are captured: by a sidecar, unless the files or the configuration say that it is in ambient mode. */
import {
  gatewayOf,
  isGatewayWorkload,
  type Labels,
  type Mesh,
  namespaceOf,
  type Workload,
} from '../mesh/index.ts';
import { type Placed, type Resource, spanAt } from '../resource/index.ts';
import type { Viewpoint } from '../routing/index.ts';
import { positionOf } from '../text/index.ts';

const mode = 'istio.io/dataplane-mode';
const inject = 'sidecar.istio.io/inject';
const injection = 'istio-injection';

export type Metadata = {
  readonly labels?: Labels | undefined;
  readonly annotations?: Labels | undefined;
};

/** The workload that a client is, where it is one; its own labels, and its namespace where that is among the files. */
export type Client = {
  readonly pod: Workload | undefined;
  readonly who: string;
  readonly own: Metadata;
  readonly home: Resource | null;
};

export function clientOf(from: Exclude<Viewpoint, { kind: 'gateway' }>, mesh: Mesh): Client {
  const found = from.ip === undefined ? undefined : workloadAt(mesh, from.ip);
  const pod = found?.namespace === from.namespace ? found : undefined;
  return {
    pod,
    who:
      pod === undefined
        ? `a client in ${from.namespace}`
        : `${pod.namespace}/${pod.owner?.name ?? pod.name}`,
    own: pod === undefined ? { labels: from.labels } : metadataOf(pod),
    home: namespaceOf(mesh, from.namespace),
  };
}

/** Null for a gateway's workload and for a container that is a sidecar: neither is in ambient mode, whatever else is said. */
export function ambientClient(from: Viewpoint, mesh: Mesh, everywhere: boolean): string | null {
  if (from.kind === 'gateway') return null;
  const { pod, own, home } = clientOf(from, mesh);
  if (pod !== undefined && (hasSidecarContainer(pod) || isGatewayWorkload(pod, mesh))) return null;
  return pod !== undefined && isOnHostNetwork(pod) ? null : ambientBy(own, home, everywhere);
}

/** Why a client has a sidecar where every other is in ambient mode. */
export function whySidecar(from: Viewpoint, mesh: Mesh): string | null {
  if (from.kind !== 'sidecar') return null;
  const { pod, own, home } = clientOf(from, mesh);
  if (pod !== undefined && hasSidecarContainer(pod)) return 'container istio-proxy';
  const given = home?.metadata.labels;
  if (own.labels?.[mode] !== undefined) return `label ${mode}=${own.labels[mode]}`;
  if (own.labels?.[inject] === 'true') return `label ${inject}=true`;
  const key = [injection, 'istio.io/rev'].find((one) => (given?.[one] ?? '') !== '');
  return home === null || key === undefined ? null : labelOf(home, key);
}

/** The viewpoint as its workload is captured; one that is said to be in ambient mode stays so. */
export function capturedAs(mesh: Mesh, everywhere: boolean): (from: Viewpoint) => Viewpoint {
  return (from) => {
    if (from.kind !== 'sidecar' || ambientClient(from, mesh, everywhere) === null) return from;
    return { ...from, kind: 'ambient' };
  };
}

/** Does something in the files say that this workload has no sidecar? A sentence without subject; null where nothing does. */
export function whyNoSidecar(
  workload: Workload,
  mesh: Mesh,
  everywhereAmbient: boolean,
): string | null {
  if (hasSidecarContainer(workload)) return null;
  const home = namespaceOf(mesh, workload.namespace);
  const own = metadataOf(workload);
  const ambient = isOnHostNetwork(workload) ? null : ambientBy(own, home, everywhereAmbient);
  if (ambient !== null) return `it is in ambient mode (${ambient})`;
  return withoutBy(workload, own, home);
}

export function lacksSidecar(workload: Workload, mesh: Mesh): boolean {
  return whyNoSidecar(workload, mesh, false) !== null;
}

export function hasSidecarContainer({ containers }: Workload): boolean {
  return containers.some(({ name }) => name === 'istio-proxy');
}

const addresses = new WeakMap<Mesh, ReadonlyMap<string, Workload>>();

/** Many calls may be asked of one mesh. */
function workloadAt(mesh: Mesh, ip: string): Workload | undefined {
  let byAddress = addresses.get(mesh);
  if (byAddress === undefined) {
    byAddress = new Map(mesh.workloads.map((workload) => [workload.ip, workload]));
    addresses.set(mesh, byAddress);
  }
  return byAddress.get(ip);
}

function metadataOf({ resource }: Workload): Metadata {
  if (resource.kind === 'Pod') return resource.metadata;
  return resource.spec.template?.metadata ?? {};
}

/** A Pod's own label goes before that of its namespace, where an injected sidecar goes before both. */
function ambientBy(
  { labels }: Metadata,
  home: Resource | null,
  everywhere: boolean,
): string | null {
  const own = labels?.[mode];
  if (own !== undefined) return own === 'ambient' ? `label ${mode}=ambient` : null;
  const given = home?.metadata.labels;
  const injected = given?.[injection] === 'enabled' || (given?.['istio.io/rev'] ?? '') !== '';
  if (injected || labels?.[inject] === 'true') return null;
  if (home !== null && given?.[mode] === 'ambient') return labelOf(home, mode);
  return everywhere ? '--mode or the configuration says ambient' : null;
}

/** Injection as Istio's webhook decides it (pkg/kube/inject/inject.go:injectRequired). */
export function withoutBy(
  pod: Workload | undefined,
  { labels, annotations }: Metadata,
  home: Resource | null,
): string | null {
  if (home?.metadata.labels?.[injection] === 'disabled') return labelOf(home, injection);
  if (pod !== undefined && isOnHostNetwork(pod)) return 'hostNetwork: true';
  const own = labels?.[inject] ?? annotations?.[inject];
  return own === 'false' ? `${inject}=false` : null;
}

function isOnHostNetwork({ resource }: Workload): boolean {
  const spec = resource.kind === 'Pod' ? resource.spec : resource.spec.template?.spec;
  return spec?.hostNetwork === true;
}

function labelOf(namespace: Resource, key: string): string {
  const labels: (Labels & Placed) | undefined = namespace.metadata.labels;
  const span = spanAt(labels ?? namespace.metadata, key);
  const place = `${span.source.name}:${positionOf(span).line}`;
  return `${key}=${labels?.[key]} of its namespace, ${place}`;
}

/** A gateway's workload has no sidecar either. */
export function gatewayInWords(pod: Workload, mesh: Mesh): string | null {
  if (!isGatewayWorkload(pod, mesh)) return null;
  const gateway = gatewayOf(pod, mesh);
  return gateway === null
    ? `is made as Istio's gateways are`
    : `is a workload of Gateway ${gateway.namespace}/${gateway.name}`;
}
