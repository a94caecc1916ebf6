/** Annotations and labels of the object itself, as Istio reads them. */
import { at, type Placed, type Resource } from '../../resource/index.ts';
import type { YamlNode } from '../../yaml/index.ts';
import type { Report } from '../report.ts';
import { decodingRules as rules } from '../rules/decoding.ts';

const forbidden: ReadonlyMap<string, string> = new Map([
  ['istio.io/dry-run', 'is for AuthorizationPolicies only'],
  ['internal.istio.io/parents', 'is set by Istio alone'],
  ['internal.istio.io/parent-namespace', 'is set by Istio alone'],
  ['internal.istio.io/webhook-always-reject', 'makes the webhook refuse the object'],
]);

/** The first annotation that refuses the object (validateMetadata). */
export function checkAnnotations(resource: Resource, report: Report): void {
  const { annotations } = resource.metadata;
  for (const [key] of textsOf(annotations)) {
    const reason = forbidden.get(key);
    if (reason === undefined || annotations === undefined) continue;
    report(rules.forbiddenAnnotation, annotations, [key], `the annotation ${key} ${reason}`, {
      onKey: true,
    });
    return;
  }
}

/** A label of the object; undefined where any label is no text, because Istio then reads none. */
export function labelOf(resource: Resource, key: string): string | undefined {
  return textsOf(resource.metadata.labels).find(([name]) => name === key)?.[1];
}

function textsOf(
  map: ({ readonly [key: string]: string } & Placed) | undefined,
): [string, string][] {
  return map !== undefined && isAllText(map[at].node) ? Object.entries(map) : [];
}

function isAllText(node: YamlNode): boolean {
  return (
    node.kind === 'map' &&
    node.entries.every(({ value }) => value.kind === 'scalar' && typeof value.value === 'string')
  );
}
