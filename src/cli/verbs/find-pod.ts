/** The Pod that a person means: by its name, or by what made it or selects it (deploy/x, svc/x). */
import type { ApiAnswer, ApiClient } from '../api-client/api-client.ts';
import { discover, findResources, pathOf } from '../api-client/api-resource.ts';
import { listAt, mapAt, textAt } from '../api-client/json-at.ts';
import { sayRefusal } from '../api-client/say-answer.ts';
import { CannotDo } from '../command.ts';
import type { World } from '../world.ts';

/** Null where there is none, which is said. Throws CannotDo for what no Pod could be called. */
export async function findPod(
  world: World,
  client: ApiClient,
  namespace: string,
  called: string | undefined,
): Promise<string | null> {
  if (called === undefined) throw new CannotDo('which Pod?', 'Write its name, or deploy/NAME.');
  const [type = '', name, ...more] = called.split('/');
  if (name === undefined) return called;
  const [resource] = findResources(await discover(client), type);
  if (resource === undefined || more.length > 0)
    throw new CannotDo(`${called} is no TYPE/NAME`, 'Write deploy/NAME or pod/NAME.');
  if (resource.kind === 'Pod') return name;
  const answer = await client.call('GET', pathOf(resource, namespace, name));
  if (sayRefusal(world, answer)) {
    world.stderr.write(
      `  tcpmesh get ${resource.plural} -n ${namespace} shows those that there are.\n`,
    );
    return null;
  }
  const selector = mapAt(answer.body, 'spec', 'selector');
  const labels = 'matchLabels' in selector ? mapAt(selector, 'matchLabels') : selector;
  const query = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const pods = await client.call(
    'GET',
    `${podsOf(namespace)}?labelSelector=${encodeURIComponent(query)}`,
  );
  const [pod] = listAt(pods.body, 'items');
  if (pod === undefined || query === '') {
    world.stderr.write(
      `error: ${called} has no Pod\n  tcpmesh get pods shows those that there are.\n`,
    );
    return null;
  }
  return textAt(pod, 'metadata', 'name');
}

/** subresource: `exec`, `log`. */
export function pathOfPod(namespace: string, pod: string, subresource: string): string {
  return `${podsOf(namespace)}/${encodeURIComponent(pod)}/${subresource}`;
}

function podsOf(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

/** True when the API refused to let a Pod be reached; what it said is printed. */
export function sayPodRefusal(world: World, answer: ApiAnswer): boolean {
  const refused = sayRefusal(world, answer);
  if (answer.code === 404)
    world.stderr.write('  tcpmesh get pods shows the Pods; deploy/NAME is one of a Deployment.\n');
  return refused;
}
