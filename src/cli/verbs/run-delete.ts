/** Deletes by file, by name, by labels. */
import { escapeControls } from '../../report/index.ts';
import { type ApiClient, connectApi } from '../api-client/api-client.ts';
import { type ApiResource, discover, pathOf } from '../api-client/api-resource.ts';
import { inputObjects } from '../api-client/input-objects.ts';
import { listAt, textAt } from '../api-client/json-at.ts';
import { namedObjects } from '../api-client/named-objects.ts';
import { objectAddress } from '../api-client/object-address.ts';
import { sayRefusal } from '../api-client/say-answer.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import type { deleteOptions } from '../options/delete.ts';

type Asked = Invocation<typeof deleteOptions>;
type Doomed = { readonly resource: ApiResource; readonly name: string; readonly path: string };

export async function run(invocation: Asked): Promise<ExitCode> {
  const { world, options } = invocation;
  const client = await connectApi(world, options.mesh);
  const all = await discover(client);
  let failed = false;
  for (const { resource, name, path } of await doomed(invocation, client, all)) {
    const answer = await client.call('DELETE', path);
    if (answer.code === 404 && options.ignoreNotFound) continue;
    if (sayRefusal(world, answer)) {
      failed = true;
      continue;
    }
    const type = `${resource.kind.toLowerCase()}${resource.group === '' ? '' : `.${resource.group}`}`;
    world.stdout.write(`${escapeControls(`${type} "${name}"`)} deleted\n`);
  }
  return failed ? 1 : 0;
}

async function doomed(
  { world, options, operands }: Asked,
  client: ApiClient,
  all: readonly ApiResource[],
): Promise<readonly Doomed[]> {
  if (options.filename.length > 0)
    return (await inputObjects(world, options)).map(({ object }) =>
      objectAddress(client, all, object, options.namespace),
    );
  const namespace = options.namespace ?? client.namespace;
  const found: Doomed[] = [];
  for (const { resource, name } of namedObjects(all, operands)) {
    if (name !== undefined) found.push({ resource, name, path: pathOf(resource, namespace, name) });
    else if (options.all || options.selector !== undefined)
      found.push(...(await listed(client, resource, namespace, options.selector)));
    else
      throw new CannotDo(
        `which ${resource.plural}?`,
        'Name them, or say --all, or choose by labels with -l.',
      );
  }
  return found;
}

async function listed(
  client: ApiClient,
  resource: ApiResource,
  namespace: string,
  selector: string | undefined,
): Promise<readonly Doomed[]> {
  const query = selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
  const answer = await client.call('GET', `${pathOf(resource, namespace)}${query}`);
  return listAt(answer.body, 'items').map((item) => {
    const name = textAt(item, 'metadata', 'name');
    return { resource, name, path: pathOf(resource, namespace, name) };
  });
}
