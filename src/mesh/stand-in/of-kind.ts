/** The resources of one kind, typed as such. */
import type { Kind, Resource } from '../../resource/index.ts';

export function ofKind<K extends Kind>(
  resources: readonly Resource[],
  kind: K,
): readonly Extract<Resource, { readonly kind: K }>[] {
  return resources.filter(
    (resource): resource is Extract<Resource, { readonly kind: K }> => resource.kind === kind,
  );
}
