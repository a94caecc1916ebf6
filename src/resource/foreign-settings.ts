/** What objects of other kinds say of the whole mesh: waypoints, and settings that are installed with it. */
import type { Span } from '../text/index.ts';
import { below, laidOver, textAt, type YamlNode } from '../yaml/index.ts';
import { turnsCaptureOn } from './dns-capture.ts';
import { type ForeignPods, foreignPodsOf } from './foreign-pods.ts';
import type { MeshConfigFields } from './istio/mesh-config.ts';
import { type KubernetesGateway, kubernetesGatewaysOf } from './kubernetes-gateway.ts';
import { meshConfigAt } from './mesh-config.ts';
import type { Foreign } from './resource.ts';

/**
 * What `istioctl install` writes into the ConfigMap of the mesh. name: of the object that says it, with its kind; of several the last
 * that says where connections go that nothing takes, if any does.
 */
export type InstalledConfig = {
  readonly name: string;
  readonly fields: MeshConfigFields;
  readonly span: Span;
};

/** pods: those that objects of other kinds make. capturing: namespaces whose sidecars all capture DNS by a ProxyConfig; that of the root namespace is for the whole mesh. */
export type ForeignSettings = {
  readonly kubernetesGateways: readonly KubernetesGateway[];
  readonly installedConfig: InstalledConfig | undefined;
  readonly capturing: readonly string[];
  readonly pods: readonly ForeignPods[];
};

export function foreignSettingsOf(
  foreign: readonly Foreign[],
  defaultNamespace: string,
): ForeignSettings {
  return {
    kubernetesGateways: kubernetesGatewaysOf(foreign, defaultNamespace),
    installedConfig: installedOf(
      foreign.flatMap((one) => installedBy(one, defaultNamespace) ?? []),
    ),
    capturing: foreign
      .filter(isGeneralCapture)
      .map(({ namespace }) => namespace || defaultNamespace),
    pods: foreignPodsOf(foreign, defaultNamespace),
  };
}

type Installed = InstalledConfig & { readonly written: YamlNode };

/** `istioctl install -f a.yaml -f b.yaml` goes key by key, those of a later file over those of an earlier one. */
function installedOf(all: readonly Installed[]): InstalledConfig | undefined {
  const last = all.at(-1);
  if (last === undefined) return undefined;
  const { name, span } =
    all.findLast(({ fields }) => fields.outboundTrafficPolicy !== undefined) ?? last;
  const { fields } = meshConfigAt(all.map(({ written }) => written).reduce(laidOver));
  return { name, span, fields: fields ?? last.fields };
}

/** Only of the control plane without a revision: each other has a ConfigMap of its own, which is not read. */
function installedBy(
  { kind, apiVersion, namespace, name, place: { node }, span }: Foreign,
  defaultNamespace: string,
): Installed | null {
  if (kind !== 'IstioOperator' || !apiVersion.startsWith('install.istio.io/')) return null;
  const written = below(node, 'spec', 'meshConfig');
  if (written?.kind !== 'map' || textAt(node, 'spec', 'revision') !== '') return null;
  const { fields } = meshConfigAt(written);
  return fields === null
    ? null
    : { name: `${kind} ${namespace || defaultNamespace}/${name}`, fields, span, written };
}

function isGeneralCapture(one: Foreign): boolean {
  return (
    one.kind === 'ProxyConfig' &&
    below(one.place.node, 'spec', 'selector') === undefined &&
    turnsCaptureOn(one)
  );
}
