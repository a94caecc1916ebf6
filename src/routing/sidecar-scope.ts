/** What the sidecars of a namespace see: the Sidecar resource that applies, its egress listeners and what each imports. */
import {
  isVisible,
  labelsMatch,
  type Mesh,
  type MeshService,
  type MeshVirtualService,
  meshGateway,
  type OutboundPolicy,
  outboundPolicyOf,
  type PortProtocol,
  parseProtocol,
} from '../mesh/index.ts';
import type { Destination, IstioEgressListener, Resource } from '../resource/index.ts';
import type { Labels } from './call.ts';
import {
  coversHost,
  coversService,
  filtersOf,
  onlyPlainNames,
  touchesHost,
} from './egress-hosts.ts';
import { mayBeSentTo, ScopeServices } from './scope-services.ts';
import { destinationsOf } from './virtual-service-destinations.ts';

/** The port that an egress listener names; it brings its own protocol. */
export type EgressPort = { readonly number: number; readonly protocol: PortProtocol };

/**
 * An egress listener with what it imports, in Istio's order. egress: null for the one that everyone has without a Sidecar.
 * bind: '' where the services' own addresses count. onLoopback: those of the client's loopback do, for the ports are opened as they are.
 */
export type EgressListener = {
  readonly egress: IstioEgressListener | null;
  readonly port: EgressPort | null;
  readonly bind: string;
  readonly onLoopback: boolean;
  readonly services: readonly MeshService[];
  readonly virtualServices: readonly MeshVirtualService[];
  readonly servicesByPort: ReadonlyMap<number, readonly MeshService[]>;
};

/** services: by host, as clusters know them (scope-services.ts). */
export type SidecarScope = {
  readonly namespace: string;
  readonly sidecar: Resource<'Sidecar'> | null;
  readonly egress: readonly EgressListener[];
  readonly services: ReadonlyMap<string, MeshService>;
  readonly outboundPolicy: OutboundPolicy;
  readonly egressProxy: Destination | null;
};

const scopes = new WeakMap<Mesh, Map<string, SidecarScope>>();

/** The scope of a client, shared by all clients with the same Sidecar in the same namespace. */
export function sidecarScopeOf(mesh: Mesh, namespace: string, labels: Labels): SidecarScope {
  const sidecar = sidecarFor(mesh, namespace, labels);
  let known = scopes.get(mesh);
  if (known === undefined) {
    known = new Map();
    scopes.set(mesh, known);
  }
  const key = `${namespace}\n${sidecar === null ? '' : `${sidecar.namespace}/${sidecar.name}`}`;
  let scope = known.get(key);
  if (scope === undefined) {
    scope = makeScope(mesh, namespace, sidecar);
    known.set(key, scope);
  }
  return scope;
}

/** `push_context.go:doGetSidecarScope`: selectors first, then the namespace's general one, then the root namespace's. */
export function sidecarFor(
  mesh: Mesh,
  namespace: string,
  labels: Labels,
): Resource<'Sidecar'> | null {
  const local = mesh.sidecars.filter((sidecar) => sidecar.namespace === namespace);
  const general = ({ spec }: Resource<'Sidecar'>): boolean => spec.workloadSelector === undefined;
  return (
    local.find(
      (sidecar) =>
        !general(sidecar) && labelsMatch(sidecar.spec.workloadSelector?.labels ?? {}, labels),
    ) ??
    local.find(general) ??
    mesh.sidecars.find((sidecar) => sidecar.namespace === mesh.rootNamespace && general(sidecar)) ??
    null
  );
}

function makeScope(
  mesh: Mesh,
  namespace: string,
  sidecar: Resource<'Sidecar'> | null,
): SidecarScope {
  const policy = sidecar?.spec.outboundTrafficPolicy;
  return {
    namespace,
    sidecar,
    ...importsOf(mesh, namespace, sidecar?.spec.egress ?? []),
    outboundPolicy:
      policy === undefined ? mesh.config.outboundPolicy : outboundPolicyOf(policy.mode),
    egressProxy: policy?.egressProxy ?? null,
  };
}

function importsOf(
  mesh: Mesh,
  namespace: string,
  written: readonly IstioEgressListener[],
): Pick<SidecarScope, 'egress' | 'services'> {
  const virtualServices = mesh.virtualServices.visibleTo(namespace, meshGateway);
  const open = written.length === 0 ? openImportsOf(mesh, namespace) : null;
  if (open !== null) return { egress: [open.listenerWith(virtualServices)], services: open.byHost };
  const visible = servicesVisibleTo(mesh, namespace);
  const egress =
    written.length === 0
      ? [everything(oneNamespaceForEachHost(visible, namespace), virtualServices)]
      : written.map((entry) => importFor(mesh, namespace, entry, visible, virtualServices));
  const services = new ScopeServices(mesh, namespace);
  for (const listener of egress) {
    for (const service of listener.services) services.add(service);
    for (const virtualService of listener.virtualServices)
      for (const [host, ports] of destinationsOf(mesh, virtualService, namespace))
        services.addDestination(host, ports, importPort(listener));
  }
  return { egress, services: services.byHost };
}

/** What namespaces without a Sidecar that see the same services import alike. */
type OpenImports = {
  readonly byHost: ReadonlyMap<string, MeshService>;
  readonly listenerWith: (virtualServices: readonly MeshVirtualService[]) => EgressListener;
};

/** closed: services that are not for everyone. bySight: by which of these a namespace sees. */
type Sights = {
  readonly closed: readonly MeshService[];
  readonly bySight: Map<string, OpenImports | null>;
};

const sights = new WeakMap<Mesh, Sights>();

/**
 * null where the namespace sees several services of one host: then which of them it has depends on the namespace; and where what a
 * VirtualService sends to may be a service that it does not see. All others are among those that it sees, and add none.
 */
function openImportsOf(mesh: Mesh, namespace: string): OpenImports | null {
  let known = sights.get(mesh);
  if (known === undefined) {
    const closed = mesh.services.filter(({ visibility }) => visibility.kind !== 'public');
    known = { closed, bySight: new Map() };
    sights.set(mesh, known);
  }
  const seen = ({ visibility, namespace: home }: MeshService) =>
    isVisible(visibility, home, namespace);
  if (known.closed.some((service) => !seen(service) && mayBeSentTo(service, namespace)))
    return null;
  const sight = known.closed.flatMap((service, i) => (seen(service) ? i : [])).join();
  let imports = known.bySight.get(sight);
  if (imports === undefined) {
    imports = workOutOpenImports(servicesVisibleTo(mesh, namespace));
    known.bySight.set(sight, imports);
  }
  return imports;
}

function workOutOpenImports(services: readonly MeshService[]): OpenImports | null {
  const byHost = new Map(services.map((service) => [service.host, service]));
  if (byHost.size < services.length) return null;
  const servicesByPort = byPort(services);
  const listeners = new WeakMap<readonly MeshVirtualService[], EgressListener>();
  return {
    byHost,
    listenerWith: (virtualServices) => {
      let listener = listeners.get(virtualServices);
      if (listener === undefined) {
        listener = everything(services, virtualServices, servicesByPort);
        listeners.set(virtualServices, listener);
      }
      return listener;
    },
  };
}

/** The one port of every service that an egress listener imports; an HTTP proxy listener imports all of them. */
function importPort({ port }: EgressListener): number | null {
  return port === null || port.protocol === 'http_proxy' ? null : port.number;
}

/** Services that are for this namespace in particular, then public ones; each by age. */
export function servicesVisibleTo(mesh: Mesh, namespace: string): readonly MeshService[] {
  const own: MeshService[] = [];
  const open: MeshService[] = [];
  for (const service of mesh.services) {
    if (service.visibility.kind === 'public') open.push(service);
    else if (isVisible(service.visibility, service.namespace, namespace)) own.push(service);
  }
  return [...own, ...open];
}

function everything(
  services: readonly MeshService[],
  virtualServices: readonly MeshVirtualService[],
  servicesByPort = byPort(services),
): EgressListener {
  return {
    egress: null,
    port: null,
    bind: '',
    onLoopback: false,
    services,
    virtualServices,
    servicesByPort,
  };
}

function importFor(
  mesh: Mesh,
  namespace: string,
  egress: IstioEgressListener,
  visible: readonly MeshService[],
  virtualServices: readonly MeshVirtualService[],
): EgressListener {
  const { imports, excludes } = filtersOf(egress.hosts ?? [], namespace);
  const port =
    egress.port?.number === undefined
      ? null
      : { number: egress.port.number, protocol: parseProtocol(egress.port.protocol ?? '') };
  const candidates = onlyPlainNames(imports) ? oneRecordForEachHost(mesh, visible) : visible;
  const imported: MeshService[] = [];
  for (const service of candidates) {
    if (!coversService(imports, service) || coversService(excludes, service)) continue;
    const cut = port === null || port.protocol === 'http_proxy' ? service : cutTo(service, port);
    if (cut !== null) imported.push(cut);
  }
  const services = oneNamespaceForEachHost(imported, namespace);
  return {
    egress,
    port,
    bind: egress.bind ?? '',
    onLoopback: (egress.bind ?? '') === '' && egress.captureMode === 'NONE',
    services,
    virtualServices: virtualServices.filter((virtualService) =>
      virtualService.hosts.some(
        (host) =>
          touchesHost(imports, virtualService.namespace, host) &&
          !coversHost(excludes, virtualService.namespace, host),
      ),
    ),
    servicesByPort: byPort(services),
  };
}

/** Where only plain names are imported, Istio looks each up in its index, which has one record for a host and namespace. */
function oneRecordForEachHost(mesh: Mesh, visible: readonly MeshService[]): MeshService[] {
  return visible.filter(
    (service) => indexRecord(mesh, service.host, service.namespace) === service,
  );
}

/** The record that stands for a host in a namespace: a Kubernetes Service, else the oldest. */
export function indexRecord(mesh: Mesh, host: string, namespace: string): MeshService | null {
  const records = (mesh.servicesByHost.get(host) ?? []).filter(
    (service) => service.namespace === namespace,
  );
  return records.find(({ resource }) => resource.kind === 'Service') ?? records[0] ?? null;
}

/** The service with the one port that the egress listener is for, or null where it has none such. */
function cutTo(service: MeshService, port: EgressPort): MeshService | null {
  const ports = service.ports.filter(({ number }) => number === port.number);
  if (ports.length === 0) return null;
  return ports.length === service.ports.length ? service : { ...service, ports: ports.slice(0, 1) };
}

/** Of a host in several namespaces one namespace counts: the client's own, else a Kubernetes Service's, else that of the first. */
function oneNamespaceForEachHost(
  services: readonly MeshService[],
  namespace: string,
): readonly MeshService[] {
  const chosen = new Map<string, MeshService>();
  for (const service of services) {
    const before = chosen.get(service.host);
    const takesOver =
      before === undefined ||
      service.namespace === namespace ||
      (before.namespace !== namespace &&
        before.resource.kind !== 'Service' &&
        service.resource.kind === 'Service');
    if (takesOver) chosen.set(service.host, service);
  }
  return services.filter((service) => chosen.get(service.host)?.namespace === service.namespace);
}

function byPort(services: readonly MeshService[]): ReadonlyMap<number, readonly MeshService[]> {
  const ports = new Map<number, MeshService[]>();
  for (const service of services) {
    for (const number of new Set(service.ports.map((port) => port.number))) {
      const list = ports.get(number);
      if (list === undefined) ports.set(number, [service]);
      else list.push(service);
    }
  }
  return ports;
}
