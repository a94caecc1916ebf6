/** How old objects are: the order that decides between them. */
import type { Resource } from '../resource/index.ts';

/** base: seconds since 1970 from which documents without a creationTimestamp count, one second apart; absent: after all that have one. */
export type AgeOptions = { readonly created?: number | undefined };

/** Seconds since 1970, whole as Kubernetes stores them; null where the document says none that can be read. */
export function creationTimeOf(resource: Resource): number | null {
  const text = resource.metadata.creationTimestamp;
  if (text === undefined || !/^\d{4}-\d\d-\d\d[Tt ]/.test(text)) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

/** The age of every resource. Those without a timestamp follow each other in input order. */
export function agesOf(
  resources: readonly Resource[],
  options: AgeOptions,
): ReadonlyMap<Resource, number> {
  const ages = new Map<Resource, number>();
  const undated: Resource[] = [];
  let latest = 0;
  for (const resource of resources) {
    const time = creationTimeOf(resource);
    if (time === null) undated.push(resource);
    else {
      ages.set(resource, time);
      latest = Math.max(latest, time);
    }
  }
  const base = options.created ?? latest + 1;
  for (const resource of undated) ages.set(resource, base + resource.order);
  return ages;
}

export type Aged = { readonly age: number; readonly name: string; readonly namespace: string };

/** Istio's order: by creation, then name, then namespace (`config.go:configCompareByCreationTime`). */
export function compareAge(a: Aged, b: Aged): number {
  return a.age - b.age || compareText(a.name, b.name) || compareText(a.namespace, b.namespace);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
