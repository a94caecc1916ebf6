/** Tells where the chosen chain sends: destinations, which DestinationRule counts for each and which do not, endpoints. */
import {
  hostCovers,
  isVisible,
  type MeshDestinationRule,
  type MeshService,
  ruleForClient,
} from '../mesh/index.ts';
import { pathAt, spanAt } from '../resource/index.ts';
import { listed, type Span } from '../text/index.ts';
import { type Cluster, findCluster, type ProxyView } from './cluster.ts';
import type { CompiledProxy, CompiledSidecar } from './compile.ts';
import type { ChainTarget } from './listener.ts';
import { labelsText } from './match-conditions.ts';
import type { Reason } from './reason.ts';
import type { StepList } from './step-list.ts';
import type { DestinationShare } from './verdict.ts';
import { onlyUnready, whyLeftOut, whyNoEndpoints } from './why-no-endpoints.ts';

export function tellDestinations(
  steps: StepList,
  compiled: CompiledProxy,
  target: ChainTarget,
  destinations: readonly DestinationShare[],
): void {
  const { view } = compiled;
  tellWithoutWeight(steps, target);
  const told = new Set<string>();
  for (const destination of destinations) {
    const { cluster, host, port, subset, share } = destination;
    const percent = share === 1 ? 'all of it' : `${Math.round(share * 1000) / 10} %`;
    const { reason, message, span } = whoNames(compiled, target, percent);
    steps.taken('destination', cluster, reason, message, span);
    if (told.has(cluster)) continue;
    told.add(cluster);
    const found = findCluster(view, host, port, subset);
    if (found.service !== null) tellRules(steps, view, found.service);
    tellEndpoints(steps, view, found, destination);
  }
}

/** What names a cluster, be it a rule or not. percent: its share in words. */
function whoNames(
  compiled: CompiledProxy,
  target: ChainTarget,
  percent: string,
): { readonly reason: Reason; readonly message: string; readonly span: Span | null } {
  switch (target.kind) {
    case 'rule':
      return { reason: 'rule', message: percent, span: spanAt(target.source.rule, 'route') };
    case 'cluster': {
      const message = 'the cluster that the server name itself names (AUTO_PASSTHROUGH)';
      if (compiled.kind === 'gateway') return { reason: 'sni', message, span: null };
      return egressProxyOf(compiled);
    }
    case 'service':
    case 'http':
      return { reason: 'own-cluster', message: "the service's own cluster", span: null };
  }
}

function egressProxyOf({ scope: { sidecar, egressProxy } }: CompiledSidecar): {
  readonly reason: Reason;
  readonly message: string;
  readonly span: Span | null;
} {
  const owner = sidecar === null ? 'the Sidecar' : `Sidecar ${sidecar.namespace}/${sidecar.name}`;
  const message = `what outboundTrafficPolicy.egressProxy of ${owner} names`;
  const span = egressProxy === null ? null : spanAt(egressProxy);
  return { reason: 'egress-proxy', message, span };
}

export function tellWithoutWeight(steps: StepList, target: ChainTarget): void {
  if (target.kind !== 'rule' || target.source.route.length < 2) return;
  for (const entry of target.source.route) {
    if ((entry.weight ?? 0) > 0) continue;
    const { virtualService } = target.source;
    const subject = `${virtualService.namespace}/${virtualService.name} ${pathAt(entry)}`;
    const weight = entry.weight === undefined ? 'no weight' : 'the weight 0';
    const message = `${entry.destination?.host ?? ''} has ${weight} beside others: it gets nothing`;
    steps.rejected('destination', subject, 'no-weight', message, spanAt(entry));
  }
}

export function tellRules(steps: StepList, view: ProxyView, service: MeshService): void {
  const searches = view.mesh.destinationRules.search(
    service.host,
    service.namespace,
    view.namespace,
  );
  const last = searches.at(-1);
  const chosen = ruleForClient(last?.rules ?? [], view.namespace, view.labels);
  if (chosen === null)
    steps.noted('destination-rule', 'none', 'none', `none for ${service.host}`, null);
  for (const rule of view.mesh.destinationRules.all) {
    if (!hostCovers(rule.host, service.host)) continue;
    const subject = `${rule.namespace}/${rule.name}`;
    const span = spanAt(rule.resource.spec);
    if (chosen?.rules.includes(rule) === true) {
      const merged = chosen.rules.length > 1 ? ', merged with others for the host' : '';
      const message = `found in ${placeText(last?.place, view)} ${rule.namespace}${merged}`;
      steps.taken('destination-rule', subject, last?.place ?? 'none', message, span);
      continue;
    }
    const { reason, message, result } = whyNotRule(view, rule, service, searches);
    steps.add(result, 'destination-rule', subject, reason, message, span);
  }
}

type Searches = ReturnType<ProxyView['mesh']['destinationRules']['search']>;

function placeText(place: Searches[number]['place'] | undefined, { kind }: ProxyView): string {
  switch (place) {
    case 'client-namespace':
      return kind === 'waypoint' ? 'the namespace of the waypoint,' : 'the client namespace';
    case 'service-namespace':
      return 'the namespace of the service,';
    case 'root-namespace':
    case undefined:
      return 'the root namespace';
  }
}

function whyNotRule(
  view: ProxyView,
  rule: MeshDestinationRule,
  service: MeshService,
  searches: Searches,
): {
  readonly reason: Reason;
  readonly message: string;
  readonly result: 'rejected' | 'shadowed';
} {
  const places = [view.namespace, service.namespace, view.mesh.rootNamespace];
  if (!places.includes(rule.namespace))
    return {
      reason: 'other-namespace',
      message: `${rule.namespace} is neither the ${view.kind === 'waypoint' ? 'waypoint' : 'client'}'s, the service's nor the root namespace: never used here`,
      result: 'rejected',
    };
  const found = searches.filter(({ namespace }) => namespace === rule.namespace);
  if (found.length === 0) {
    const by = searches.at(-1);
    const names = (by?.rules ?? []).flatMap(({ rules }) =>
      rules.map(({ namespace, name }) => `${namespace}/${name}`),
    );
    return {
      reason: 'hidden',
      message: `hidden by ${names.join(', ')}: the first namespace that has a rule for the host counts, and nothing is merged`,
      result: 'shadowed',
    };
  }
  if (found.some(({ host }) => host !== null && host !== rule.host))
    return {
      reason: 'less-specific',
      message: `${rule.host} is less specific than ${found.find(({ host }) => host !== null)?.host}`,
      result: 'shadowed',
    };
  const selecting = found.some(({ rules }) => rules.some(({ rules: all }) => all.includes(rule)));
  if (rule.selector !== null && selecting)
    return {
      reason: 'workload-selector',
      message: 'its workloadSelector does not select the client',
      result: 'rejected',
    };
  const swallowing = found
    .flatMap(({ rules }) => rules)
    .find(({ selector, rules }) => selector !== null && rules.includes(rule));
  if (swallowing !== undefined) {
    const [into] = swallowing.rules;
    return {
      reason: 'hidden',
      message: `merged into ${into?.namespace}/${into?.name}, which has a workloadSelector: for other workloads it is gone`,
      result: 'shadowed',
    };
  }
  if (selecting)
    return {
      reason: 'hidden',
      message:
        'a younger rule for the host with another exportTo, or one that selects the client, counts instead',
      result: 'shadowed',
    };
  return {
    reason: 'not-exported',
    message: `is not exported to ${view.namespace}`,
    result: 'rejected',
  };
}

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
  return isVisible(known.visibility, known.namespace, namespace)
    ? `the Sidecar of the client leaves ${host} out`
    : `${host} is not exported to ${namespace}`;
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
