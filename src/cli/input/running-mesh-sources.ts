/** A running mesh as input: its objects, by its API, in the form in which the mesh itself reads them. */
import { meshSources, type StoredObject } from '../../control/index.ts';
import type { StandIn } from '../../mesh/index.ts';
import { isKind } from '../../resource/index.ts';
import type { Source } from '../../text/index.ts';
import { type ApiClient, connectApi, type JsonMap } from '../api-client/api-client.ts';
import { type ApiResource, discover, pathOf } from '../api-client/api-resource.ts';
import { isMap, listAt } from '../api-client/json-at.ts';
import { CannotDo } from '../command.ts';
import type { World } from '../world.ts';

/** The mesh that was started last. */
const last = 'last';

/** standIns: what the mesh makes up beside them. */
export async function runningMeshSources(
  world: World,
  name: string,
): Promise<{ readonly sources: readonly Source[]; readonly standIns: readonly StandIn[] }> {
  const client = await connectApi(world, name === last ? undefined : name);
  const objects: StoredObject[] = [];
  for (const resource of await discover(client)) {
    if (!isKind(resource.kind)) continue;
    const { code, body } = await client.call('GET', pathOf(resource, undefined));
    if (code !== 200)
      throw new CannotDo(
        `the mesh does not list its ${resource.plural}: HTTP ${code}`,
        'Is it of this version of tcpmesh?',
      );
    objects.push(
      ...listAt(body, 'items').flatMap((item) => (isMap(item) ? [whole(resource, item)] : [])),
    );
  }
  const { standsIn } = client;
  return {
    // What the API hands out is what the mesh holds.
    sources: [
      ...meshSources({ all: () => objects }, { standIns: !standsIn }),
      ...((await itemsAt(client, '/unserved', 'what its files hold')) as readonly Source[]),
    ],
    standIns: standsIn
      ? ((await itemsAt(client, '/stand-ins', 'what it makes up')) as readonly StandIn[])
      : [],
  };
}

async function itemsAt(client: ApiClient, path: string, what: string): Promise<unknown> {
  const { code, body } = await client.call('GET', path);
  if (code !== 200)
    throw new CannotDo(
      `the mesh does not tell ${what}: HTTP ${code}`,
      'Is it of this version of tcpmesh?',
    );
  return listAt(body, 'items');
}

/** Items of a list leave out what the list says of them all. */
function whole({ group, version, kind }: ApiResource, item: JsonMap): StoredObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  // What the API hands out is what its store holds.
  return { apiVersion, kind, ...item } as unknown as StoredObject;
}
