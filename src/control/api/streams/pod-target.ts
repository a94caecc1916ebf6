/** Which Pod and container a request for its log, a command or a port means. */
import { listAt, textAt } from '../../json.ts';
import type { StoredObject } from '../../stored-object.ts';
import type { ApiContext } from '../context.ts';
import { stored } from '../read.ts';
import type { Target } from '../request.ts';
import { ApiError } from '../status.ts';

export type PodTarget = { readonly pod: StoredObject; readonly container: string };

export function podTarget(context: ApiContext, target: Target, query: URLSearchParams): PodTarget {
  const pod = stored(context, target);
  const containers = listAt(pod, 'spec', 'containers').map((one) => textAt(one, 'name'));
  const asked = query.get('container') ?? '';
  if (asked !== '' && !containers.includes(asked))
    throw new ApiError(
      'BadRequest',
      `container ${asked} is not valid for pod ${pod.metadata.name}`,
    );
  const [first = ''] = containers;
  if (asked === '' && containers.length > 1)
    throw new ApiError(
      'BadRequest',
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${containers.join(' ')}]`,
    );
  return { pod, container: asked === '' ? first : asked };
}
