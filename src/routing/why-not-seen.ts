/** Why the proxies of a namespace do not see a service. */
import { isVisible, type MeshService } from '../mesh/index.ts';

/** Null where that is not why they lack it. */
export function whyNotSeen(
  { host, visibility, namespace: home }: MeshService,
  namespace: string,
): string | null {
  if (visibility.kind === 'unread')
    return `${host} is not in the mesh: Istio passes over namespace ${home}: no discoverySelectors of the mesh name it`;
  return isVisible(visibility, home, namespace) ? null : `${host} is not exported to ${namespace}`;
}
