/** The shapes of a mesh: one immutable snapshot of what a cluster would hold, with everything looked up by name already. */
import type { ForeignSettings, KubernetesGateway, Resource } from '../resource/index.ts';
import type { DestinationRuleIndex } from './destination-rule-index.ts';
import type { Discovery } from './discovery.ts';
import type { StatedSlices } from './endpoint-slices.ts';
import type { MeshConfig } from './mesh-config.ts';
import type { PortProtocol } from './protocol.ts';
import type { VirtualServiceIndex } from './virtual-service-index.ts';
import type { Visibility } from './visibility.ts';
import type { Workload, WorkloadIndex } from './workload.ts';

/**
 * How a service's clusters find endpoints: eds (Kubernetes, STATIC); passthrough (headless, NONE): where the client dialled;
 * dns, dns-round-robin: by name; dynamic-dns: by the name that the client sends; alias (ExternalName): stands for another name.
 */
export type Resolution =
  | 'eds'
  | 'passthrough'
  | 'dns'
  | 'dns-round-robin'
  | 'dynamic-dns'
  | 'alias';

export type MeshPort = {
  readonly name: string;
  /** The port that clients dial. */
  readonly number: number;
  readonly protocol: PortProtocol;
  /** As written: of a Service a number or a container port's name, of a ServiceEntry a number. */
  readonly targetPort: number | string | undefined;
};

/**
 * A service of the registry. A ServiceEntry makes one for each host and address.
 * address: an IP address, a prefix (ServiceEntry), or 0.0.0.0 where it has none; extraAddresses: those of the other family.
 */
export type MeshService = {
  readonly host: string;
  /** What Istio sorts by: the Service's name, the ServiceEntry's host. */
  readonly name: string;
  readonly namespace: string;
  readonly resource: Resource<'Service'> | Resource<'ServiceEntry'>;
  readonly age: number;
  readonly address: string;
  readonly extraAddresses: readonly string[];
  /** The address is tcpmesh's own: the document names none. */
  readonly standIn: boolean;
  readonly resolution: Resolution;
  /** Of an alias: the name that it stands for. */
  readonly externalName: string | null;
  /** Hosts of the ExternalName Services that stand for this one, by namespace and name. */
  readonly aliases: readonly string[];
  readonly ports: readonly MeshPort[];
  readonly visibility: Visibility;
  /** Pods (and WorkloadEntries) that are its endpoints; null where endpoints are written out or there are none. A Service may have some of both. */
  readonly selector: { readonly [key: string]: string } | null;
};

/** A document for an object that a later document describes anew. */
export type Replaced = { readonly resource: Resource; readonly by: Resource };

/** What tcpmesh supposed, because the documents do not say it. */
export type Assumption =
  | { readonly kind: 'no-creation-timestamp'; readonly resource: Resource }
  | { readonly kind: 'stand-in-address'; readonly service: MeshService }
  | { readonly kind: 'stand-in-workload'; readonly workload: Workload };

export type Mesh = {
  readonly clusterDomain: string;
  /** Where Istio itself is, with the settings of the mesh. */
  readonly systemNamespace: string;
  /** Whose Sidecar and DestinationRules are for everybody: that of Istio itself, where the settings do not name another. */
  readonly rootNamespace: string;
  readonly config: MeshConfig;
  readonly discovery: Discovery;
  /** Those that count, in input order. */
  readonly resources: readonly Resource[];
  readonly replaced: readonly Replaced[];
  /** By age, name, namespace; this order decides conflicts. */
  readonly services: readonly MeshService[];
  readonly servicesByHost: ReadonlyMap<string, readonly MeshService[]>;
  readonly workloads: readonly Workload[];
  readonly workloadIndex: WorkloadIndex;
  /** What EndpointSlices and Endpoints say. */
  readonly statedSlices: StatedSlices;
  readonly workloadEntries: readonly Resource<'WorkloadEntry'>[];
  /** By age, name, namespace. */
  readonly virtualServices: VirtualServiceIndex;
  readonly destinationRules: DestinationRuleIndex;
  readonly sidecars: readonly Resource<'Sidecar'>[];
  readonly gateways: readonly Resource<'Gateway'>[];
  /** Of the Gateway API: waypoints are among them. */
  readonly kubernetesGateways: readonly KubernetesGateway[];
  /** What it was built with of objects that are no resources of ours. */
  readonly foreign: ForeignSettings | undefined;
  /** Seconds since 1970 at which an object counts as created; whole seconds, as Kubernetes has them. */
  readonly ageOf: (resource: Resource) => number;
  readonly assumptions: readonly Assumption[];
};
