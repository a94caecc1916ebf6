/** Lists objects: tables as the server makes them, or the objects themselves. */
import { writeYaml } from '../../yaml/index.ts';
import { type ApiClient, connectApi, type Json, type JsonMap } from '../api-client/api-client.ts';
import { type ApiResource, discover, pathOf, shownName } from '../api-client/api-resource.ts';
import { listAt, mapAt, textAt } from '../api-client/json-at.ts';
import { type Named, namedObjects } from '../api-client/named-objects.ts';
import { sayRefusal } from '../api-client/say-answer.ts';
import { sortedJson } from '../api-client/sorted-json.ts';
import { CannotDo, type ExitCode, type Invocation } from '../command.ts';
import type { getOptions } from '../options/get.ts';
import { columnPrinter, printColumns, tableText } from './print-table.ts';

type Asked = Invocation<typeof getOptions>;

const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

export async function run(invocation: Asked): Promise<ExitCode> {
  const { world, options, operands } = invocation;
  const client = await connectApi(world, options.mesh);
  const named = namedObjects(await discover(client), operands);
  if (options.watch) return watch(invocation, client, named);
  return options.output === undefined || options.output === 'wide'
    ? tables(invocation, client, named)
    : objects(invocation, client, named);
}

function address({ options }: Asked, client: ApiClient, { resource, name }: Named): string {
  const namespace = options.allNamespaces ? undefined : (options.namespace ?? client.namespace);
  const query =
    options.selector === undefined ? '' : `?labelSelector=${encodeURIComponent(options.selector)}`;
  return `${pathOf(resource, namespace, name)}${name === undefined ? query : ''}`;
}

async function tables(
  invocation: Asked,
  client: ApiClient,
  named: readonly Named[],
): Promise<ExitCode> {
  const { world, options } = invocation;
  const several = new Set(named.map(({ resource }) => resource.plural)).size > 1;
  const blocks = new Map<ApiResource, { head: readonly string[]; rows: (readonly string[])[] }>();
  let failed = false;
  for (const one of named) {
    const answer = await client.call('GET', address(invocation, client, one), {
      accept: tableAccept,
    });
    if (sayRefusal(world, answer)) {
      failed = true;
      continue;
    }
    const { head, rows } = tableText(answer.body, {
      wide: options.output === 'wide',
      namespaces: options.allNamespaces && one.resource.namespaced,
      prefix: several ? shownName(one.resource, '') : '',
    });
    const block = blocks.get(one.resource) ?? { head, rows: [] };
    block.rows.push(...rows);
    blocks.set(one.resource, block);
  }
  const shown = [...blocks.values()].filter(({ rows }) => rows.length > 0);
  if (shown.length === 0 && !failed)
    world.stderr.write(
      options.allNamespaces
        ? 'No resources found\n'
        : `No resources found in ${options.namespace ?? client.namespace} namespace.\n`,
    );
  world.stdout.write(shown.map(({ head, rows }) => printColumns([head, ...rows])).join('\n'));
  return failed ? 1 : 0;
}

async function objects(
  invocation: Asked,
  client: ApiClient,
  named: readonly Named[],
): Promise<ExitCode> {
  const { world, options } = invocation;
  const found: { resource: ApiResource; object: JsonMap }[] = [];
  let failed = false;
  for (const one of named) {
    const answer = await client.call('GET', address(invocation, client, one));
    if (sayRefusal(world, answer)) {
      failed = true;
      continue;
    }
    const { apiVersion } = answer.body;
    const kind = textAt(answer.body, 'kind').replace(/List$/, '');
    const items = Array.isArray(answer.body.items)
      ? listAt(answer.body, 'items').map((item) => ({
          apiVersion: apiVersion ?? '',
          kind,
          ...(item as JsonMap),
        }))
      : [answer.body];
    found.push(...items.map((object) => ({ resource: one.resource, object })));
  }
  const single = named.length === 1 && named[0]?.name !== undefined ? found[0]?.object : undefined;
  if (failed && found.length === 0) return 1;
  const shown = sortedJson(
    single ?? {
      apiVersion: 'v1',
      items: found.map(({ object }) => object),
      kind: 'List',
      metadata: { resourceVersion: '' },
    },
  );
  switch (options.output) {
    case 'json':
      world.stdout.write(`${JSON.stringify(shown, null, 4)}\n`);
      break;
    case 'yaml':
      world.stdout.write(writeYaml(shown));
      break;
    default:
      for (const { resource, object } of found)
        world.stdout.write(`${shownName(resource, textAt(object, 'metadata', 'name'))}\n`);
  }
  return failed ? 1 : 0;
}

/** Ends with Ctrl-C, or with the mesh. */
async function watch(
  invocation: Asked,
  client: ApiClient,
  named: readonly Named[],
): Promise<ExitCode> {
  const { world, options } = invocation;
  const [one, more] = named;
  if (one === undefined || more !== undefined)
    throw new CannotDo('--watch follows one type or one object', 'Name one.');
  const ended = new AbortController();
  const stop = world.onSignal('SIGINT', () => ended.abort());
  const query = new URLSearchParams({ watch: '1' });
  if (options.selector !== undefined) query.set('labelSelector', options.selector);
  if (one.name !== undefined) query.set('fieldSelector', `metadata.name=${one.name}`);
  const path = address({ ...invocation, options: { ...options, selector: undefined } }, client, {
    ...one,
    name: undefined,
  });
  let head: Json = [];
  const print = columnPrinter();
  const answer = await client.stream(
    `${path}?${query}`,
    tableAccept,
    (line) => {
      const event = eventIn(line);
      if (['', 'BOOKMARK', 'ERROR'].includes(textAt(event, 'type'))) return;
      const definitions = listAt(event, 'object', 'columnDefinitions');
      const first = definitions.length > 0;
      if (first) head = definitions;
      const text = tableText(
        { ...mapAt(event, 'object'), columnDefinitions: head },
        { wide: options.output === 'wide', namespaces: options.allNamespaces, prefix: '' },
      );
      world.stdout.write(print(first ? [text.head, ...text.rows] : text.rows));
      if (world.stdout.closed) ended.abort();
    },
    ended.signal,
  );
  stop();
  return sayRefusal(world, answer) ? 1 : 0;
}

/** Empty for half a line, which a mesh leaves that is killed. */
function eventIn(line: string): JsonMap {
  try {
    return JSON.parse(line) as JsonMap;
  } catch {
    return {};
  }
}
