/** Workloads: the Pods of the input, and the replicas that a Deployment and its like would start where the input has no Pods for them. */
import type { Container, PodSpec, PodTemplate, Resource } from '../resource/index.ts';
import { compareText } from './age.ts';
import {
  controllersOf,
  type Owner,
  ordinalsOf,
  ordinalsToStart,
  templateLabels,
  type WorkloadSetKind,
  workloadSetKinds,
} from './replica.ts';
import type { StandInAddresses } from './stand-in-address.ts';

export type Labels = { readonly [key: string]: string };

export type ContainerPort = {
  readonly name: string;
  readonly number: number;
  /** TCP, UDP or SCTP; TCP where the document says none. */
  readonly transport: string;
  /** The transport as the document has it, '' where it says none. */
  readonly written: string;
};

/**
 * state: running and ready, running but not ready (Envoy takes it when no ready one is left), or pending, finished or failed.
 * A document without status counts as ready. resource: the Pod, or what would start it. standIn: no Pod of it is in the input.
 */
export type Workload = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly ip: string;
  /** Every address, `ip` first. */
  readonly ips: readonly string[];
  readonly state: 'ready' | 'unready' | 'not-running';
  readonly ports: readonly ContainerPort[];
  readonly containers: readonly Container[];
  readonly nodeName: string | null;
  /** Its own name in DNS is `hostname.subdomain.namespace.svc`, where a headless Service is called as the subdomain; null without one. */
  readonly dnsName: { readonly hostname: string; readonly subdomain: string } | null;
  /** The Deployment or its like that has started it, where the input has that. */
  readonly owner: Owner | null;
  readonly resource: Resource<'Pod' | WorkloadSetKind>;
  readonly standIn: boolean;
  readonly standInAddress: boolean;
};

function isWorkloadSet(resource: Resource): resource is Resource<WorkloadSetKind> {
  return (workloadSetKinds as readonly string[]).includes(resource.kind);
}

/** What a Service selects. */
export type PodSelection = { readonly namespace: string; readonly selector: Labels };

/** Pods in input order, then the stand-ins of each workload set in input order. ipv6Alone: Services with that family. */
export function workloadsOf(
  resources: readonly Resource[],
  addresses: StandInAddresses,
  ipv6Alone: readonly PodSelection[],
): readonly Workload[] {
  const pods = resources.filter((resource) => resource.kind === 'Pod');
  const sets = resources.filter(isWorkloadSet);
  const setNames = new Set(sets.map((set) => `${set.kind} ${keyOf(set)}`));
  const isInInput = ({ namespace }: Resource, { kind, name }: Owner): boolean =>
    setNames.has(`${kind} ${keyOf({ namespace, name })}`);
  const undressed = pods.map((pod) => ({
    ...podWithoutAddress(pod),
    owner: controllersOf(pod).find((owner) => isInInput(pod, owner)) ?? null,
  }));
  const existing = new WorkloadIndex(undressed);
  const taken = new Set(undressed.map(({ namespace, name }) => `${namespace}/${name}`));
  for (const set of sets)
    if (set.kind === 'StatefulSet')
      for (const number of ordinalsOf(set)) taken.add(`${set.namespace}/${set.name}-${number}`);
  // The ReplicaSets of a Deployment that is there too are what it has started.
  const free = sets.filter((set) => !controllersOf(set).some((owner) => isInInput(set, owner)));
  const replicas = free.flatMap((set) => replicasOf(set, existing, taken));
  return withAddresses([...undressed, ...replicas], addresses, ipv6Alone);
}

/**
 * Addresses are given out by name, so that they do not depend on the order of the input. Where a Service has IPv6 alone, its Pods have
 * both in a cluster, or that one; both reach whoever else is there.
 */
function withAddresses(
  workloads: readonly Workload[],
  addresses: StandInAddresses,
  ipv6Alone: readonly PodSelection[],
): Workload[] {
  const missing = workloads
    .filter((workload) => workload.ip === '')
    .sort((a, b) => compareText(keyOf(a), keyOf(b)));
  const index = ipv6Alone.length === 0 ? null : new WorkloadIndex(missing);
  const reachedByIpv6 = new Set(
    ipv6Alone.flatMap(({ namespace, selector }) => index?.select(namespace, selector) ?? []),
  );
  const given = new Map<Workload, readonly string[]>();
  for (const workload of missing) {
    const key = keyOf(workload);
    const ip = addresses.take('workload', key);
    const more = reachedByIpv6.has(workload) ? [addresses.take('workload-v6', key)] : [];
    given.set(workload, [ip, ...more]);
  }
  return workloads.map((workload) => {
    const ips = given.get(workload);
    return ips === undefined
      ? workload
      : { ...workload, ip: ips[0] ?? '', ips, standInAddress: true };
  });
}

const keyOf = ({ namespace, name }: Pick<Workload, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`;

function podWithoutAddress(pod: Resource<'Pod'>): Omit<Workload, 'owner'> {
  const { status } = pod;
  const ips = [status?.podIP ?? '', ...(status?.podIPs ?? []).map(({ ip }) => ip ?? '')];
  const distinct = [...new Set(ips.filter((ip) => ip !== ''))];
  const containers = runningContainers(pod.spec);
  return {
    namespace: pod.namespace,
    name: pod.name,
    labels: pod.metadata.labels ?? {},
    ip: distinct[0] ?? '',
    ips: distinct,
    state: stateOf(pod),
    ports: portsOf(containers),
    containers,
    nodeName: pod.spec.nodeName ?? null,
    dnsName: dnsNameOf(pod.spec.hostname, pod.spec.subdomain),
    resource: pod,
    standIn: false,
    standInAddress: false,
  };
}

/** Without a hostname of its own a pod has no such name, whatever it is called. */
function dnsNameOf(hostname = '', subdomain = ''): Workload['dnsName'] {
  return hostname === '' || subdomain === '' ? null : { hostname, subdomain };
}

/** The StatefulSet controller names each pod after itself and puts it under serviceName, whatever the template says. */
function dnsNameOfReplica(set: Resource<WorkloadSetKind>, name: string): Workload['dnsName'] {
  const { serviceName, template } = set.spec;
  return set.kind === 'StatefulSet'
    ? dnsNameOf(name, serviceName)
    : dnsNameOf(template?.spec?.hostname, template?.spec?.subdomain);
}

function stateOf({ status }: Resource<'Pod'>): Workload['state'] {
  const phase = status?.phase ?? 'Running';
  if (phase !== 'Running') return 'not-running';
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True' ? 'ready' : 'unready';
}

/** An init container that is always restarted runs as long as the others do (a native sidecar), and its ports count (`controller/util.go:FindPort`). */
function runningContainers(spec: PodSpec | undefined): readonly Container[] {
  const { containers = [], initContainers = [] } = spec ?? {};
  return [
    ...containers,
    ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ];
}

function portsOf(containers: readonly Container[]): ContainerPort[] {
  return containers.flatMap((container) =>
    (container.ports ?? []).map((port) => ({
      name: port.name ?? '',
      number: port.containerPort ?? 0,
      transport: port.protocol || 'TCP',
      written: port.protocol ?? '',
    })),
  );
}

function replicasOf(
  set: Resource<WorkloadSetKind>,
  existing: WorkloadIndex,
  taken: Set<string>,
): Workload[] {
  const missing = ordinalsToStart(set, (selector, namespace) =>
    existing.select(namespace, selector),
  );
  const replicas: Workload[] = [];
  for (const number of missing) {
    const name = nameOfReplica(set, number, taken);
    if (set.kind === 'StatefulSet' && existing.named(set.namespace, name).length > 0) continue;
    replicas.push(replicaOf(set, number, name));
  }
  return replicas;
}

function replicaOf(set: Resource<WorkloadSetKind>, number: number, name: string): Workload {
  const template: PodTemplate | undefined = set.spec.template;
  const labels = templateLabels(template);
  const containers = runningContainers(template?.spec);
  return {
    namespace: set.namespace,
    name,
    labels: set.kind === 'StatefulSet' ? { ...labels, ...numbered(name, number) } : labels,
    ip: '',
    ips: [],
    state: 'ready',
    ports: portsOf(containers),
    containers,
    nodeName: template?.spec?.nodeName ?? null,
    dnsName: dnsNameOfReplica(set, name),
    owner: { kind: set.kind, name: set.name },
    resource: set,
    standIn: true,
    standInAddress: true,
  };
}

/** What a set that is scaled to none would start. */
export function replicaToCome(set: Resource<WorkloadSetKind>): Workload {
  return replicaOf(set, 0, set.name);
}

/** Pods of a Deployment have a hash in their names in a cluster: two sets of one name never clash there, nor do they here. */
function nameOfReplica(set: Resource<WorkloadSetKind>, number: number, taken: Set<string>): string {
  const plain = `${set.name}-${number}`;
  if (set.kind === 'StatefulSet' || !taken.has(`${set.namespace}/${plain}`)) {
    taken.add(`${set.namespace}/${plain}`);
    return plain;
  }
  const own = `${set.name}-${set.kind.toLowerCase()}-${number}`;
  taken.add(`${set.namespace}/${own}`);
  return own;
}

/** The StatefulSet controller tells its pods apart by these. */
function numbered(name: string, number: number): Labels {
  return {
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(number),
  };
}

/** Does `selector` ask for nothing that `labels` lacks? */
export function labelsMatch(selector: Labels, labels: Labels): boolean {
  for (const key of Object.keys(selector)) {
    if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return false;
  }
  return true;
}

/** Workloads by namespace and label. */
export class WorkloadIndex {
  readonly #byNamespace = new Map<string, Workload[]>();
  readonly #byLabel = new Map<string, Workload[]>();
  readonly #byName = new Map<string, Workload[]>();

  constructor(workloads: readonly Workload[]) {
    for (const workload of workloads) {
      push(this.#byNamespace, workload.namespace, workload);
      push(this.#byName, `${workload.namespace}/${workload.name}`, workload);
      if (workload.owner !== null)
        push(this.#byName, `${workload.namespace}/${workload.owner.name}`, workload);
      for (const [key, value] of Object.entries(workload.labels))
        push(this.#byLabel, labelKey(workload.namespace, key, value), workload);
    }
  }

  /** Those of a namespace that a selector names, in the mesh's order; an empty selector names all. */
  select(namespace: string, selector: Labels): readonly Workload[] {
    let fewest: readonly Workload[] | null = null;
    for (const [key, value] of Object.entries(selector)) {
      const found = this.#byLabel.get(labelKey(namespace, key, value)) ?? [];
      if (fewest === null || found.length < fewest.length) fewest = found;
    }
    if (fewest === null) return this.#byNamespace.get(namespace) ?? [];
    return fewest.filter((workload) => labelsMatch(selector, workload.labels));
  }

  /** By `namespace/name` of the workload or of what started it. */
  named(namespace: string, name: string): readonly Workload[] {
    return this.#byName.get(`${namespace}/${name}`) ?? [];
  }
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}\n${key}\n${value}`;
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
