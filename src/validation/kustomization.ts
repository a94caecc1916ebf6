/** Kustomizations among the files: what a cluster gets is what they build, and not the files as they are. */
import { type Finding, findingOf } from '../diagnostic/index.ts';
import type { Foreign } from '../resource/index.ts';
import { documentRules as rules } from './rules/document.ts';

/** By name; then it needs no kind. */
export const kustomizationFile = /(^|[/\\])(kustomization\.ya?ml|Kustomization)$/;

/** Whatever alone makes the result differ from the files; the order is that of a message. */
const changing = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'helmCharts',
  'generators',
  'components',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonLabels',
];

export function isKustomization({ kind, apiVersion, span, reason }: Foreign): boolean {
  if (kind === 'Kustomization') return apiVersion.startsWith('kustomize.config.k8s.io/');
  return (
    kind === '' &&
    apiVersion === '' &&
    reason === 'no-kind' &&
    kustomizationFile.test(span.source.name)
  );
}

/** None for one that only lists its files. */
export function kustomizationFindings({ place, span }: Foreign): Finding[] {
  const { node } = place;
  if (node.kind !== 'map') return [];
  const found = changing.flatMap((key) => node.entries.find((entry) => entry.key === key) ?? []);
  const [first] = found;
  if (first === undefined) return [];
  const folder = span.source.name.replace(kustomizationFile, '') || '.';
  const finding = findingOf(rules.notBuilt, {
    message: `this kustomization changes what it lists (${found.map(({ key }) => key).join(', ')}), and the files are checked as they are`,
    help: `Check what it builds: kubectl kustomize ${folder} | tcpmesh validate -`,
    span: first.keyNode ?? node,
    path: '',
    resource: null,
  });
  return [finding];
}
