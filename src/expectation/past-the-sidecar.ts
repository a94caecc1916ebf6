/**
 * What the files say against a sidecar: explain answers for one, and a client that has none, or that keeps this connection from its
 * own, goes past every rule. Injection as Istio's webhook decides it (pkg/kube/inject/inject.go:injectRequired), capture as its
 * annotations set it (tools/istio-iptables).
 */
import { parseAddress, parsePrefix, prefixContains } from '../address/index.ts';
import {
  gatewayOf,
  isGatewayWorkload,
  type Labels,
  type Mesh,
  type Workload,
} from '../mesh/index.ts';
import { type Placed, type Resource, spanAt } from '../resource/index.ts';
import type { Call } from '../routing/index.ts';
import { positionOf } from '../text/index.ts';

const mode = 'istio.io/dataplane-mode';
const inject = 'sidecar.istio.io/inject';
const injection = 'istio-injection';
const traffic = 'traffic.sidecar.istio.io/';

type Metadata = {
  readonly labels?: Labels | undefined;
  readonly annotations?: Labels | undefined;
};

/** One sentence for each; none for a gateway, which no connection goes past. address: what was dialled, where it is known. */
export function pastTheSidecar(
  { from, to }: Call,
  address: string | null,
  mesh: Mesh,
  everywhereAmbient: boolean,
): string[] {
  if (from.kind === 'gateway') return [];
  const { byAddress, namespaces } = indexOf(mesh);
  const pod = from.ip === undefined ? undefined : byAddress.get(from.ip);
  const who =
    pod === undefined
      ? `a client in ${from.namespace}`
      : `${pod.namespace}/${pod.owner?.name ?? pod.name}`;
  if (pod !== undefined && isGatewayWorkload(pod, mesh)) {
    const gateway = gatewayOf(pod, mesh);
    const what =
      gateway === null
        ? `is made as Istio's gateways are`
        : `is a workload of Gateway ${gateway.namespace}/${gateway.name}`;
    return [
      `${who} ${what} and has no sidecar, which this answer takes for granted: --gateway ${who} asks what it does with what arrives there`,
    ];
  }
  if (pod?.containers.some(({ name }) => name === 'istio-proxy') === true) return [];
  const home = namespaces.get(from.namespace);
  const own = pod === undefined ? { labels: from.labels } : metadataOf(pod);
  const ambient = ambientBy(own, home, everywhereAmbient);
  if (ambient !== null)
    return [
      `${who} has no sidecar, which this answer takes for granted: it is in ambient mode (${ambient}), where no VirtualService and no DestinationRule counts unless the service has a waypoint`,
    ];
  const without = withoutBy(pod, own, home);
  if (without !== null)
    return [
      `${who} has no sidecar (${without}), which this answer takes for granted: its connections go to the Service itself, past every rule`,
    ];
  const kept = uncapturedBy(own.annotations ?? {}, to.port, address);
  return kept === null
    ? []
    : [
        `${who} keeps this connection from its sidecar (${kept}): it goes to where it was dialled, past every rule`,
      ];
}

/** Does something in the files say that this workload has no sidecar? */
export function lacksSidecar(workload: Workload, mesh: Mesh): boolean {
  if (workload.containers.some(({ name }) => name === 'istio-proxy')) return false;
  const home = indexOf(mesh).namespaces.get(workload.namespace);
  const own = metadataOf(workload);
  return ambientBy(own, home, false) !== null || withoutBy(workload, own, home) !== null;
}

type Index = {
  readonly byAddress: ReadonlyMap<string, Workload>;
  readonly namespaces: ReadonlyMap<string, Resource>;
};

const indexes = new WeakMap<Mesh, Index>();

/** Many calls may be asked of one mesh. */
function indexOf(mesh: Mesh): Index {
  let index = indexes.get(mesh);
  if (index === undefined) {
    const namespaces = mesh.resources.filter(({ kind }) => kind === 'Namespace');
    index = {
      byAddress: new Map(mesh.workloads.map((workload) => [workload.ip, workload])),
      namespaces: new Map(namespaces.map((one) => [one.name, one])),
    };
    indexes.set(mesh, index);
  }
  return index;
}

function metadataOf({ resource }: Workload): Metadata {
  if (resource.kind === 'Pod') return resource.metadata;
  return resource.spec.template?.metadata ?? {};
}

/** A Pod's own label goes before that of its namespace, where an injected sidecar goes before both. */
function ambientBy(
  { labels }: Metadata,
  home: Resource | undefined,
  everywhere: boolean,
): string | null {
  const own = labels?.[mode];
  if (own !== undefined) return own === 'ambient' ? `label ${mode}=ambient` : null;
  const given = home?.metadata.labels;
  const injected = given?.[injection] === 'enabled' || (given?.['istio.io/rev'] ?? '') !== '';
  if (injected || labels?.[inject] === 'true') return null;
  if (home !== undefined && given?.[mode] === 'ambient') return labelOf(home, mode);
  return everywhere ? 'mode: ambient in the configuration' : null;
}

function withoutBy(
  pod: Workload | undefined,
  { labels, annotations }: Metadata,
  home: Resource | undefined,
): string | null {
  if (home?.metadata.labels?.[injection] === 'disabled') return labelOf(home, injection);
  const spec = pod?.resource.kind === 'Pod' ? pod.resource.spec : pod?.resource.spec.template?.spec;
  if (spec?.hostNetwork === true) return 'hostNetwork: true';
  const own = labels?.[inject] ?? annotations?.[inject];
  return own === 'false' ? `${inject}=false` : null;
}

function labelOf(namespace: Resource, key: string): string {
  const labels: (Labels & Placed) | undefined = namespace.metadata.labels;
  const span = spanAt(labels ?? namespace.metadata, key);
  const place = `${span.source.name}:${positionOf(span).line}`;
  return `${key}=${labels?.[key]} of its namespace, ${place}`;
}

/**
 * The annotation that lets the connection out; null where the sidecar gets it. In the order of the rules that Istio writes: a port
 * to include brings nothing back from an excluded range, only from outside the included ones
 * (tools/istio-iptables/pkg/capture/run.go, as in istio-nftables).
 */
function uncapturedBy(annotations: Labels, port: number, address: string | null): string | null {
  const entries = (name: string): string[] =>
    (annotations[`${traffic}${name}`] ?? '').split(',').map((entry) => entry.trim());
  const said = (name: string): string =>
    `${traffic}${name}: ${JSON.stringify(annotations[`${traffic}${name}`])}`;
  if (entries('excludeOutboundPorts').includes(String(port))) return said('excludeOutboundPorts');
  if (address === null) return null;
  const holds = (name: string): boolean =>
    entries(name).some((range) => range === '*' || within(range, address));
  if (holds('excludeOutboundIPRanges')) return said('excludeOutboundIPRanges');
  if (entries('includeOutboundPorts').includes(String(port))) return null;
  const included = annotations[`${traffic}includeOutboundIPRanges`];
  return included === undefined || holds('includeOutboundIPRanges')
    ? null
    : said('includeOutboundIPRanges');
}

function within(range: string, address: string): boolean {
  const prefix = parsePrefix(range);
  const ip = parseAddress(address);
  return prefix !== null && ip !== null && prefixContains(prefix, ip);
}
