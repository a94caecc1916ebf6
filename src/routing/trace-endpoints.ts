/** Tells what a cluster has: its endpoints, or why it has none or is none. */
import type { MeshService } from '../mesh/index.ts';
import { spanAt } from '../resource/index.ts';
import { listed } from '../text/index.ts';
import { type Cluster, findCluster, type ProxyView } from './cluster.ts';
import { labelsText } from './match-conditions.ts';
import type { StepList } from './step-list.ts';
import type { DestinationShare } from './verdict.ts';
import { onlyUnready, whyLeftOut, whyNoEndpoints } from './why-no-endpoints.ts';
import { whyNotSeen } from './why-not-seen.ts';

export function tellEndpoints(
  steps: StepList,
  view: ProxyView,
  cluster: Cluster,
  share: DestinationShare,
): void {
  const subject = share.cluster;
  if (!cluster.exists) {
    const message = missingText(view, cluster, share);
    steps.rejected('endpoints', subject, cluster.reason, message, missingSpan(cluster));
    return;
  }
  const span = cluster.subset === null ? null : spanAt(cluster.subset.subset);
  switch (cluster.discovery.kind) {
    case 'original-dst': {
      const override = cluster.discovery.port;
      const to = override === null ? '' : `, on port ${override}`;
      const why = whyDialled(cluster.service, share.host);
      const message = `${why}goes to the address that was dialled${to}; neither its endpoints nor subset labels choose here${untranslated(cluster)}`;
      steps.taken('endpoints', subject, 'original-dst', message, span);
      return;
    }
    case 'by-request':
      steps.taken(
        'endpoints',
        subject,
        'by-request',
        'goes by the name that the client sends',
        span,
      );
      return;
    case 'endpoints': {
      const { endpoints } = share;
      if (endpoints.length === 0) {
        const why =
          onlyUnready(view, cluster) ??
          whyLeftOut(view, cluster) ??
          (cluster.subset === null ? whyNoEndpoints(view, cluster) : notLabelled(view, cluster));
        steps.rejected('endpoints', subject, 'no-endpoints', why, span);
        return;
      }
      const shown = endpoints
        .slice(0, 5)
        .map(({ address, healthy }) => `${address}${healthy ? '' : ' (not ready)'}`);
      const more = endpoints.length > 5 ? ` and ${endpoints.length - 5} more` : '';
      steps.taken('endpoints', subject, 'endpoints', `${shown.join(', ')}${more}`, span);
    }
  }
}

function missingSpan({ reason, service, rule }: Cluster & { readonly exists: false }) {
  if (reason === 'unknown-port') return service === null ? null : spanAt(service.resource.spec);
  const [first] = rule?.rules ?? [];
  return first === undefined ? null : spanAt(first.resource.spec);
}

/** Why a cluster has no endpoints of its own, where the service and not a load balancer setting says so. */
function whyDialled({ resolution, resource }: MeshService, host: string): string {
  if (resolution !== 'passthrough') return '';
  return resource.kind === 'Service' ? `${host} is headless: ` : `${host} has resolution NONE: `;
}

type Existing = Cluster & { readonly exists: true };

/** Nothing translates the ports of a headless Service: who dials one of its Pods at the Service's port finds nobody behind it. */
function untranslated({ service, port, discovery }: Existing): string {
  const { targetPort } = port;
  const moved = targetPort !== undefined && targetPort !== port.number;
  const asDialled = discovery.kind === 'original-dst' && discovery.port === null;
  return service.resource.kind === 'Service' && asDialled && typeof targetPort === 'number' && moved
    ? `; nor does targetPort ${targetPort}: it arrives at port ${port.number} of the Pod`
    : '';
}

/** The labels that the subset asks for, and those that endpoints of the service have under the same keys. */
function notLabelled(view: ProxyView, { service, port, subset }: Existing): string {
  const wanted = subset?.subset.labels ?? {};
  const plain = findCluster(view, service.host, port.number, '');
  const endpoints =
    plain.exists && plain.discovery.kind === 'endpoints' ? plain.discovery.endpoints : [];
  if (endpoints.length === 0)
    return plain.exists && plain.discovery.kind === 'endpoints'
      ? `the service has no endpoints at all: ${whyNoEndpoints(view, plain)}`
      : 'the service has no endpoints at all';
  const present = endpoints.map(({ labels }) =>
    Object.keys(wanted)
      .map((key) => (labels[key] === undefined ? `no ${key}` : `${key}=${labels[key]}`))
      .join(', '),
  );
  const shown = [...new Set(present)].slice(0, 5).join(' or ');
  return `no endpoint has ${labelsText(wanted)}, the labels of the subset: they have ${shown}`;
}

/** Why a proxy has no service of a name that the mesh knows. */
function unknownHost({ mesh, namespace }: ProxyView, host: string): string {
  const [known] = mesh.servicesByHost.get(host) ?? [];
  if (known === undefined) return `no service is called ${host}`;
  if (known.resolution === 'alias') return `${host} is only another name for ${known.externalName}`;
  return whyNotSeen(known, namespace) ?? `the Sidecar of the client leaves ${host} out`;
}

function missingText(
  view: ProxyView,
  { reason, service, rule }: Cluster & { readonly exists: false },
  { host, port, subset }: DestinationShare,
): string {
  switch (reason) {
    case 'unknown-host':
      return unknownHost(view, host);
    case 'unknown-port': {
      const declared = service?.ports ?? [];
      // No cluster is made for a port of UDP.
      if (declared.some(({ number }) => number === port))
        return `port ${port} of ${host} counts as UDP: Istio makes no cluster for it`;
      const ports = declared
        .filter(({ protocol }) => protocol !== 'udp')
        .map(({ number }) => String(number));
      const ofTcp = ports.length < declared.length ? ' for TCP' : '';
      return `${host} has no port ${port}${ports.length === 0 ? '' : `, only ${listed(ports, 10)}${ofTcp}`}`;
    }
    case 'not-referenced':
      return `${host} has no waypoint in common with the service, and no VirtualService that names a service of this waypoint under its hosts (no wildcard) sends there: the waypoint has no cluster for it`;
    case 'unknown-subset': {
      const names = listed([...(rule?.subsets.keys() ?? [])], 10);
      return rule === null
        ? `no DestinationRule for ${host} counts here, so there is no subset ${subset}`
        : `the DestinationRule that counts has no subset ${subset}, only ${names || 'none at all'}`;
    }
    case 'no-endpoints-by-name':
      return `${host} is found by DNS and has no endpoints: Istio makes no cluster`;
    case 'no-labelled-endpoints-by-name':
      return `${host} is found by DNS and no endpoint has the labels of subset ${subset}: Istio makes no cluster`;
  }
}
