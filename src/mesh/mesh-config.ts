/** What holds where an object says nothing itself: the defaults of the whole mesh (`pkg/config/mesh/mesh.go:DefaultMeshConfig`). */
import {
  type ConnectionPoolSettings,
  capturesDns,
  type InstalledConfig,
  type LabelSelector,
  type MeshConfigFields,
  type MeshConfigText,
  meshConfigName,
  type OutlierDetection,
  type Resource,
  readMeshConfig,
  spanAt,
  type TcpKeepalive,
} from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import { refusedValue } from './mesh-config-values.ts';

/** Where connections go that nothing in the mesh takes. ALLOW_ANY_DYNAMIC_DNS: HTTP by the host that it names, all else as ALLOW_ANY. */
export type OutboundPolicy = 'REGISTRY_ONLY' | 'ALLOW_ANY' | 'ALLOW_ANY_DYNAMIC_DNS';

/**
 * resource: the ConfigMap that says it, null where none is among the documents, or none that Istio can read; what an IstioOperator among
 * them installs counts then.
 * exportTo: undefined is everyone. capturesDns: sidecars answer DNS themselves, with addresses of their own for hosts without one, which
 * Istiod gives out unless told otherwise (`model/service.go:nodeUsesAutoallocatedIPs`). saysCapture: Istio's analyzer takes it for so too;
 * it wants to read of both.
 */
export type MeshConfig = {
  readonly resource: Resource<'ConfigMap'> | null;
  /** Who says it, with its kind; null where nobody does. */
  readonly source: { readonly name: string; readonly span: Span } | null;
  readonly rootNamespace: string | undefined;
  readonly outboundPolicy: OutboundPolicy;
  /** False where outboundPolicy is Istio's default. */
  readonly setsOutboundPolicy: boolean;
  readonly serviceExportTo: readonly string[] | undefined;
  readonly virtualServiceExportTo: readonly string[] | undefined;
  /** Of DestinationRules only `.` and `*` mean something here (`push_context.go:setDestinationRules`). */
  readonly destinationRulesArePrivate: boolean;
  /** Of namespaces, by their labels: what is in others Istio passes over. Undefined where every namespace counts. */
  readonly discoverySelectors: readonly LabelSelector[] | undefined;
  readonly capturesDns: boolean;
  readonly saysCapture: boolean;
  /** Milliseconds that a proxy waits to be connected where no DestinationRule says another time. */
  readonly connectTimeoutMs: number;
  /** Milliseconds that a sidecar waits for the first bytes where it looks for HTTP; 0: for ever. */
  readonly protocolDetectionTimeoutMs: number;
  /** Of every cluster; fields of a DestinationRule's go before. */
  readonly tcpKeepalive: TcpKeepalive | undefined;
  readonly defaultTrafficPolicy: DefaultTrafficPolicy;
};

/** What a cluster has of a block that its DestinationRule leaves out (`cluster_traffic_policy.go:applyDefaultTrafficPolicy`). */
export type DefaultTrafficPolicy = {
  readonly connectionPool?: ConnectionPoolSettings | undefined;
  readonly outlierDetection?: OutlierDetection | undefined;
};

/** `pkg/config/mesh/mesh.go:DefaultMeshConfig`. */
const connectTimeoutMs = 10_000;

/** last: what held before, and goes on to where Istio refuses what is there now (`meshwatcher/collection.go`). */
export function meshConfigOf(
  resources: readonly Resource[],
  systemNamespace: string,
  last: MeshConfig | null = null,
  installed: InstalledConfig | null = null,
): MeshConfig {
  let refused = false;
  for (const resource of resources) {
    if (!isMeshConfig(resource, systemNamespace)) continue;
    const text = readMeshConfig(resource);
    if (text === null) continue;
    const problem = meshConfigProblem(text);
    if (problem === null && text.fields !== null)
      return { resource, source: sourceOf(resource), ...settingsOf(text.fields) };
    refused = refused || problem !== null;
  }
  if (refused && last !== null) return last;
  return refused || installed === null || refusedValue(installed.fields) !== null
    ? { resource: null, source: null, ...settingsOf(null) }
    : // Istio's analyzer reads the ConfigMap alone.
      { resource: null, source: installed, ...settingsOf(installed.fields), saysCapture: false };
}

function sourceOf({ namespace, name, metadata }: Resource<'ConfigMap'>): MeshConfig['source'] {
  return { name: `ConfigMap ${namespace}/${name}`, span: spanAt(metadata, 'name') };
}

function isMeshConfig(
  resource: Resource,
  systemNamespace: string,
): resource is Resource<'ConfigMap'> {
  const { kind, name, namespace } = resource;
  return kind === 'ConfigMap' && name === meshConfigName && namespace === systemNamespace;
}

/** Why Istio takes none of them, in its words; null where it does, or there are none. */
export function meshConfigProblem({ fields, problem }: MeshConfigText): string | null {
  return problem ?? (fields === null ? null : refusedValue(fields));
}

/** Why Istio takes none of the settings that are there, with where they are; null where it does, or there are none. */
export function meshConfigRefused({
  resources,
  systemNamespace,
}: {
  readonly resources: readonly Resource[];
  readonly systemNamespace: string;
}): string | null {
  for (const resource of resources) {
    const text = isMeshConfig(resource, systemNamespace) ? readMeshConfig(resource) : null;
    const problem = text === null ? null : meshConfigProblem(text);
    if (problem !== null)
      return `ConfigMap ${resource.namespace}/${resource.name}: Istio takes none of these settings: ${problem}`;
  }
  return null;
}

function settingsOf(fields: MeshConfigFields | null): Omit<MeshConfig, 'resource' | 'source'> {
  const policy = fields?.outboundTrafficPolicy;
  const metadata: { readonly [name: string]: string } = fields?.defaultConfig?.proxyMetadata ?? {};
  return {
    rootNamespace: fields?.rootNamespace || undefined,
    outboundPolicy: policy === undefined ? 'ALLOW_ANY' : outboundPolicyOf(policy.mode),
    setsOutboundPolicy: policy !== undefined,
    serviceExportTo: fields?.defaultServiceExportTo,
    virtualServiceExportTo: fields?.defaultVirtualServiceExportTo,
    destinationRulesArePrivate: fields?.defaultDestinationRuleExportTo?.includes('.') === true,
    discoverySelectors: fields?.discoverySelectors,
    connectTimeoutMs: fields?.connectTimeout ?? connectTimeoutMs,
    protocolDetectionTimeoutMs: fields?.protocolDetectionTimeout ?? 0,
    tcpKeepalive: fields?.tcpKeepalive,
    defaultTrafficPolicy: fields?.defaultTrafficPolicy ?? {},
    capturesDns: capturesDns(metadata),
    // `analyzers/serviceentry/protocoladdresses.go`.
    saysCapture:
      capturesDns(metadata) &&
      (metadata.ISTIO_META_DNS_AUTO_ALLOCATE === 'true' ||
        metadata.PILOT_ENABLE_IP_AUTOALLOCATE === 'true'),
  };
}

/** Of the mesh and of a Sidecar alike: a policy without mode is not the default one, but the one with the number nought. */
export function outboundPolicyOf(
  mode: OutboundPolicy | 'UNRECOGNIZED' | undefined,
): OutboundPolicy {
  return mode === undefined || mode === 'UNRECOGNIZED' ? 'REGISTRY_ONLY' : mode;
}
