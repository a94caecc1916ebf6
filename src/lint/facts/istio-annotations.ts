/** Istio's own annotations: where each belongs, which are deprecated, and which values it takes (`api/annotation`, Istio 1.31). */
import { isPrefix } from '../../address/index.ts';
import { holdsNothing, parseOwnYaml } from '../../yaml/index.ts';

/** on: the kinds that it has an effect on, `Any` for all; Gateway is the one of the Gateway API. */
export type IstioAnnotation = {
  readonly on: readonly string[];
  readonly deprecated: boolean;
  /** What is wrong with a value, null for one that is taken. */
  readonly defect: (value: string) => string | null;
};

const anything = (): null => null;

const on = (
  kinds: readonly string[],
  defect: IstioAnnotation['defect'] = anything,
): IstioAnnotation => ({ on: kinds, deprecated: false, defect });

const pod = (defect: IstioAnnotation['defect'] = anything) => on(['Pod'], defect);
const old = (annotation: IstioAnnotation): IstioAnnotation => ({ ...annotation, deprecated: true });

const oneOf =
  (...words: readonly string[]) =>
  (value: string) =>
    words.includes(value) ? null : `it takes ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function fits(pattern: RegExp, wanted: string) {
  return (value: string) => (pattern.test(value) ? null : `it takes ${wanted}`);
}

/** Go's ParseBool. */
const truth = fits(/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/, 'true or false');

const isWhole = (text: string, most: number) => /^\d+$/.test(text) && Number(text) <= most;

const seconds = (value: string) =>
  isWhole(value, 4_294_967_295) ? null : 'it takes a whole number without sign';

function portDefect(text: string): string | null {
  return isWhole(text.trim(), 65_535)
    ? null
    : `${JSON.stringify(text.trim())} is no port (0 to 65535)`;
}

function firstDefect(value: string, defect: (part: string) => string | null): string | null {
  if (value === '') return null;
  for (const part of value.split(',')) {
    const found = defect(part);
    if (found !== null) return found;
  }
  return null;
}

const ports = (value: string) => firstDefect(value.trim(), portDefect);

/** Without room for blanks: Go's ParsePrefix is given each as it stands. */
const subnets = (value: string) =>
  firstDefect(value, (part) =>
    part.includes('/') && isPrefix(part)
      ? null
      : `${JSON.stringify(part)} is no subnet (address/length, without blanks)`,
  );

const orAll = (defect: IstioAnnotation['defect']) => (value: string) =>
  value === '*' ? null : defect(value);

const interfaces = (value: string) =>
  firstDefect(value, (part) =>
    /^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/.test(part.trim())
      ? null
      : `${JSON.stringify(part.trim())} is no name of an interface (a letter, then at most 14 letters, digits, _, . or -)`,
  );

/** The number may be missing: Kubernetes takes `m` for nought. */
const quantity = (value: string) =>
  value !== '' && /^[+-]?(\d+(\.\d*)?|\.\d*)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.test(value)
    ? null
    : 'it takes a quantity such as 100m or 128Mi';

/** Fields that it does not know Istio passes over here. */
const proxySettings = (value: string) => {
  const [document] = parseOwnYaml({ name: 'proxy.istio.io/config', text: value });
  if (document === undefined || holdsNothing(document)) return null;
  return document.root?.kind === 'map' ? null : 'it takes settings of a proxy, as YAML';
};

const workloadEntry = on(['WorkloadEntry']);

export const istioAnnotations: ReadonlyMap<string, IstioAnnotation> = new Map([
  ['alpha.istio.io/canonical-serviceaccounts', old(on(['Service']))],
  ['alpha.istio.io/kubernetes-serviceaccounts', old(on(['Service']))],
  ['ambient.istio.io/bypass-inbound-capture', pod()],
  ['ambient.istio.io/dns-capture', pod()],
  ['ambient.istio.io/redirection', pod()],
  ['ambient.istio.io/waypoint-inbound-binding', on(['GatewayClass', 'Gateway'])],
  ['galley.istio.io/analyze-suppress', on(['Any'])],
  ['gateway.istio.io/controller-version', on(['Any'])],
  ['gateway.istio.io/name-override', on(['Gateway'])],
  ['gateway.istio.io/service-account', on(['Gateway'])],
  ['inject.istio.io/templates', pod()],
  ['istio.io/autoRegistrationGroup', workloadEntry],
  ['istio.io/connectedAt', workloadEntry],
  ['istio.io/disconnectedAt', workloadEntry],
  ['istio.io/dry-run', on(['AuthorizationPolicy'])],
  ['istio.io/reroute-virtual-interfaces', pod(interfaces)],
  // Where they come from tools of Istio, nobody is told of them wherever they stand.
  ['istio.io/rev', on(['Any'])],
  ['istio.io/use-waypoint-canary-weight', on(['Service', 'ServiceEntry', 'Namespace'])],
  ['istio.io/workloadController', workloadEntry],
  ['kubernetes.io/ingress.class', on(['Ingress'])],
  ['networking.istio.io/exportTo', on(['Service'])],
  ['networking.istio.io/service-type', on(['Gateway'])],
  ['networking.istio.io/traffic-distribution', on(['Namespace', 'Service', 'ServiceEntry'])],
  ['prometheus.istio.io/merge-metrics', pod(truth)],
  ['proxy.istio.io/config', pod(proxySettings)],
  ['proxy.istio.io/overrides', pod()],
  ['readiness.status.sidecar.istio.io/applicationPorts', pod()],
  ['readiness.status.sidecar.istio.io/failureThreshold', pod(seconds)],
  ['readiness.status.sidecar.istio.io/initialDelaySeconds', pod(seconds)],
  ['readiness.status.sidecar.istio.io/periodSeconds', pod(seconds)],
  ['sidecar.istio.io/agentLogLevel', pod()],
  ['sidecar.istio.io/bootstrapOverride', pod()],
  ['sidecar.istio.io/componentLogLevel', pod()],
  ['sidecar.istio.io/discoveryAddress', old(pod())],
  ['sidecar.istio.io/extraStatTags', old(pod())],
  ['sidecar.istio.io/inject', old(pod())],
  ['sidecar.istio.io/interceptionMode', pod(oneOf('REDIRECT', 'TPROXY', 'NONE'))],
  ['sidecar.istio.io/logLevel', pod()],
  ['sidecar.istio.io/nativeSidecar', pod()],
  ['sidecar.istio.io/proxyCPU', pod(quantity)],
  ['sidecar.istio.io/proxyCPULimit', pod(quantity)],
  ['sidecar.istio.io/proxyImage', pod()],
  ['sidecar.istio.io/proxyImageType', pod()],
  ['sidecar.istio.io/proxyMemory', pod(quantity)],
  ['sidecar.istio.io/proxyMemoryLimit', pod(quantity)],
  ['sidecar.istio.io/rewriteAppHTTPProbers', pod()],
  ['sidecar.istio.io/statsCompression', old(pod())],
  ['sidecar.istio.io/statsEvictionInterval', pod()],
  ['sidecar.istio.io/statsFlushInterval', pod()],
  ['sidecar.istio.io/statsHistogramBins', pod()],
  ['sidecar.istio.io/statsHistogramBuckets', pod()],
  ['sidecar.istio.io/statsInclusionPrefixes', old(pod())],
  ['sidecar.istio.io/statsInclusionRegexps', old(pod())],
  ['sidecar.istio.io/statsInclusionSuffixes', old(pod())],
  ['sidecar.istio.io/status', on(['Any'])],
  ['sidecar.istio.io/userVolume', pod()],
  ['sidecar.istio.io/userVolumeMount', pod()],
  ['status.sidecar.istio.io/port', pod(portDefect)],
  ['topology.istio.io/controlPlaneClusters', on(['Namespace'])],
  ['traffic.istio.io/nodeSelector', on(['Service'])],
  ['traffic.sidecar.istio.io/excludeInboundPorts', pod(ports)],
  ['traffic.sidecar.istio.io/excludeInterfaces', pod(interfaces)],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', pod(subnets)],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', pod(ports)],
  ['traffic.sidecar.istio.io/includeInboundPorts', pod(orAll(ports))],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', pod(orAll(subnets))],
  ['traffic.sidecar.istio.io/includeOutboundPorts', pod()],
  ['traffic.sidecar.istio.io/kubevirtInterfaces', old(pod(interfaces))],
]);

/** Is it one that Istio's analyzer looks at? Any domain that ends in istio.io, with dot before it or not. */
export function isIstioName(annotation: string): boolean {
  return (
    annotation === 'kubernetes.io/ingress.class' ||
    (annotation.split('/')[0] ?? '').endsWith('istio.io')
  );
}
