/** Shows objects in full: metadata, the rest as YAML, and their events. */
import { escapeControls } from '../../report/index.ts';
import { type PlainValue, writeYaml } from '../../yaml/index.ts';
import { type ApiClient, connectApi, type JsonMap } from '../api-client/api-client.ts';
import { discover, pathOf } from '../api-client/api-resource.ts';
import { isMap, listAt, mapAt, textAt } from '../api-client/json-at.ts';
import { namedObjects } from '../api-client/named-objects.ts';
import { sayRefusal } from '../api-client/say-answer.ts';
import { lastAppliedAnnotation } from '../api-client/three-way-merge.ts';
import type { ExitCode, Invocation } from '../command.ts';
import type { describeOptions } from '../options/describe.ts';
import { printColumns } from './print-table.ts';

export async function run({
  world,
  options,
  operands,
}: Invocation<typeof describeOptions>): Promise<ExitCode> {
  const client = await connectApi(world, options.mesh);
  const namespace = options.allNamespaces ? undefined : (options.namespace ?? client.namespace);
  const query =
    options.selector === undefined ? '' : `?labelSelector=${encodeURIComponent(options.selector)}`;
  const texts: string[] = [];
  let failed = false;
  for (const { resource, name } of namedObjects(await discover(client), operands)) {
    const path = pathOf(resource, namespace, name);
    const answer = await client.call('GET', `${path}${name === undefined ? query : ''}`);
    if (sayRefusal(world, answer)) {
      failed = true;
      continue;
    }
    const objects = Array.isArray(answer.body.items) ? listAt(answer.body, 'items') : [answer.body];
    for (const object of objects.filter(isMap))
      texts.push(await described(client, { ...object, kind: resource.kind }));
  }
  world.stdout.write(texts.join('\n\n'));
  return failed ? 1 : 0;
}

async function described(client: ApiClient, object: JsonMap): Promise<string> {
  const metadata = mapAt(object, 'metadata');
  const { [lastAppliedAnnotation]: _note, ...annotations } = mapAt(metadata, 'annotations');
  const owner = listAt(metadata, 'ownerReferences')[0];
  const head: (readonly string[])[] = [
    ['Name:', textAt(metadata, 'name')],
    ['Namespace:', textAt(metadata, 'namespace')],
    ['Kind:', textAt(object, 'kind')],
    ['Created:', textAt(metadata, 'creationTimestamp')],
    ['Labels:', pairs(mapAt(metadata, 'labels'))],
    ['Annotations:', pairs(annotations)],
    [
      'Controlled by:',
      owner === undefined ? '' : `${textAt(owner, 'kind')}/${textAt(owner, 'name')}`,
    ],
  ].filter(([, value]) => value !== '');
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = object;
  const body = Object.entries(rest)
    .map(
      ([key, value]) =>
        `${key[0]?.toUpperCase()}${key.slice(1)}:\n${indented(writeYaml(value as PlainValue))}`,
    )
    .join('');
  return `${printColumns(head.map((line) => line.map(escapeControls)))}${escapeLines(body)}${await events(client, object)}`;
}

async function events(client: ApiClient, object: JsonMap): Promise<string> {
  const namespace = textAt(object, 'metadata', 'namespace') || 'default';
  const query = new URLSearchParams({
    fieldSelector: `involvedObject.name=${textAt(object, 'metadata', 'name')},involvedObject.kind=${textAt(object, 'kind')}`,
  });
  const answer = await client.call('GET', `/api/v1/namespaces/${namespace}/events?${query}`);
  const lines = listAt(answer.body, 'items').map((event) => [
    textAt(event, 'type'),
    textAt(event, 'reason'),
    textAt(event, 'source', 'component'),
    textAt(event, 'message'),
  ]);
  if (lines.length === 0) return 'Events: <none>\n';
  const table = printColumns([['Type', 'Reason', 'From', 'Message'], ...lines]);
  return `Events:\n${escapeLines(indented(table))}`;
}

function pairs(map: JsonMap): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
