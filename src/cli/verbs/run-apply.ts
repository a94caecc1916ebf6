/** Applies each object of the files: created, configured or unchanged. */
import { escapeControls } from '../../report/index.ts';
import { type ApiClient, connectApi } from '../api-client/api-client.ts';
import { type ApiResource, discover, shownName } from '../api-client/api-resource.ts';
import { type InputObject, inputObjects } from '../api-client/input-objects.ts';
import { type ObjectAddress, objectAddress } from '../api-client/object-address.ts';
import { sayRefusal, sayWarnings } from '../api-client/say-answer.ts';
import { applyPatch, withLastApplied } from '../api-client/three-way-merge.ts';
import type { ExitCode, Invocation } from '../command.ts';
import type { applyOptions } from '../options/apply.ts';
import type { World } from '../world.ts';

export async function run({ world, options }: Invocation<typeof applyOptions>): Promise<ExitCode> {
  const objects = await inputObjects(world, options);
  const client = await connectApi(world, options.mesh);
  const all = await discover(client);
  let failed = false;
  for (const input of objects)
    failed = !(await applyOne(world, client, all, input, options)) || failed;
  return failed ? 1 : 0;
}

async function applyOne(
  world: World,
  client: ApiClient,
  all: readonly ApiResource[],
  { object, file }: InputObject,
  options: Invocation<typeof applyOptions>['options'],
): Promise<boolean> {
  const address = objectAddress(client, all, object, options.namespace);
  const query = `?fieldManager=tcpmesh-apply&fieldValidation=Strict${options.dryRun ? '&dryRun=All' : ''}`;
  const found = await client.call('GET', address.path);
  if (found.code !== 404 && sayRefusal(world, found)) return false;
  if (found.code === 404) {
    const body = withLastApplied(address.placed);
    const made = await client.call('POST', `${address.listPath}${query}`, { body });
    sayWarnings(world, made);
    if (sayRefusal(world, made, `error when creating ${JSON.stringify(file)}: `)) return false;
    say(world, address, 'created', options.dryRun);
    return true;
  }
  const body = applyPatch(found.body, address.placed);
  if (Object.keys(body).length === 0) {
    say(world, address, 'unchanged', options.dryRun);
    return true;
  }
  const changed = await client.call('PATCH', `${address.path}${query}`, {
    body,
    contentType: 'application/merge-patch+json',
  });
  sayWarnings(world, changed);
  if (sayRefusal(world, changed, `error when applying ${JSON.stringify(file)}: `)) return false;
  say(world, address, 'configured', options.dryRun);
  return true;
}

function say(
  world: World,
  { resource, name }: ObjectAddress,
  what: 'created' | 'configured' | 'unchanged',
  dryRun: boolean,
): void {
  const shown = escapeControls(shownName(resource, name));
  world.stdout.write(`${shown} ${what}${dryRun ? ' (server dry run)' : ''}\n`);
}
