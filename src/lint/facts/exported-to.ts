/** Do proxies of a namespace see a VirtualService? */
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
