/** Which namespaces' proxies see a VirtualService. */
import { isVisible } from '../../mesh/index.ts';
import type { Resource } from '../../resource/index.ts';
import type { Facts } from './facts.ts';

/** Also of one that is not in the mesh. */
export function isExportedTo(
  service: Resource<'VirtualService'>,
  namespace: string,
  { mesh }: Facts,
): boolean {
  const known = mesh.virtualServices.of(service);
  return known === undefined || isVisible(known.visibility, service.namespace, namespace);
}

/** Those of others that it is exported to by name. */
export function namespacesExportedTo(
  service: Resource<'VirtualService'>,
  { mesh }: Facts,
): readonly string[] {
  const visibility = mesh.virtualServices.of(service)?.visibility;
  return visibility?.kind === 'namespaces' ? [...visibility.others] : [];
}
