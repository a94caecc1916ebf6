/** The Pod that a person means: by its name, or by what made it or selects it (deploy/x, svc/x). */
import type { ApiClient } from '../api-client/api-client.ts';
import { discover, findResources, pathOf } from '../api-client/api-resource.ts';
import { listAt, mapAt, textAt } from '../api-client/json-at.ts';
import { CannotDo } from '../command.ts';

export async function findPod(
  client: ApiClient,
  namespace: string,
  called: string | undefined,
): Promise<string> {
  if (called === undefined) throw new CannotDo('which Pod?', 'Write its name, or deploy/NAME.');
  const [type = '', name, ...more] = called.split('/');
  if (name === undefined) return called;
  const [resource] = findResources(await discover(client), type);
  if (resource === undefined || more.length > 0)
    throw new CannotDo(`${called} is no TYPE/NAME`, 'Write deploy/NAME or pod/NAME.');
  if (resource.kind === 'Pod') return name;
  const answer = await client.call('GET', pathOf(resource, namespace, name));
  if (answer.code >= 400)
    throw new CannotDo(
      textAt(answer.body, 'message'),
      `tcpmesh get ${resource.plural} -n ${namespace} shows those that there are.`,
    );
  const selector = mapAt(answer.body, 'spec', 'selector');
  const labels = 'matchLabels' in selector ? mapAt(selector, 'matchLabels') : selector;
  const query = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const pods = await client.call(
    'GET',
    `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(query)}`,
  );
  const [pod] = listAt(pods.body, 'items');
  if (pod === undefined || query === '')
    throw new CannotDo(`${called} has no Pod`, 'tcpmesh get pods shows those that there are.');
  return textAt(pod, 'metadata', 'name');
}
