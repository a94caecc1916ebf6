/** Get and list: one object or many, selected, in pages, in the form the client asks for. */
import { addressKeyAnnotation } from '../controllers/pod-maker.ts';
import { isJsonArray, type JsonObject, type JsonValue, stringsAt } from '../json.ts';
import type { StoredObject } from '../stored-object.ts';
import type { ApiContext } from './context.ts';
import { type ApiRequest, json, type Reply, type Target } from './request.ts';
import { everything, type Matches, parseFieldSelector, parseLabelSelector } from './selector.ts';
import { ApiError, notFound } from './status.ts';
import { includeObjectOf, renderTable } from './table/table.ts';
import { keyOfTarget } from './target-key.ts';
import { formOf, inVersion, metadataOnly } from './view.ts';

export function get(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const object = stored(context, target);
  return json(render(context, target, request, [object], { single: true, metadata: {} }));
}

export function stored(context: ApiContext, target: Target): StoredObject {
  const name = target.name ?? '';
  const object = context.store.get(keyOfTarget(target, name)) ?? podOfWorkload(context, target);
  if (object === undefined) throw notFound(target.kind.plural, target.kind.group, name);
  return object;
}

/** The Pod that stands for a workload, by the name that `run` and its events have for that. */
function podOfWorkload(
  { store }: ApiContext,
  { kind, namespace = '', name = '' }: Target,
): StoredObject | undefined {
  if (kind.kind !== 'Pod') return undefined;
  return store
    .list('', 'Pod', namespace)
    .find(
      ({ metadata }) =>
        stringsAt(metadata, 'annotations')[addressKeyAnnotation] === `${namespace}/${name}`,
    );
}

/** Both selectors of a request. */
export function selection(target: Target, query: URLSearchParams): Matches {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const byLabel = labels === '' ? everything : parseLabelSelector(labels);
  const byField = fields === '' ? everything : parseFieldSelector(fields, target.kind.kind);
  if (byLabel === everything) return byField;
  return (object) => byLabel(object) && byField(object);
}

export function list(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const limit = countOf(request.query, 'limit');
  const token = request.query.get('continue') ?? '';
  const page = token === '' ? firstPage(context, target, request) : rememberedPage(context, token);
  const end = limit === 0 ? page.objects.length : Math.min(page.from + limit, page.objects.length);
  const left = page.objects.length - end;
  const metadata: JsonObject = {
    resourceVersion: String(page.version),
    ...(left > 0 ? { continue: remember(context, { ...page, from: end }) } : {}),
    ...(left > 0 && page.whole ? { remainingItemCount: left } : {}),
  };
  const objects = page.objects.slice(page.from, end);
  return json(render(context, target, request, objects, { single: false, metadata }));
}

/** The objects as plain JSON, as a Table, or their metadata alone. */
function render(
  context: ApiContext,
  target: Target,
  request: ApiRequest,
  objects: readonly StoredObject[],
  how: { readonly single: boolean; readonly metadata: JsonObject },
): JsonObject {
  const shown = objects.map((object) => inVersion(target.kind, target.version, object));
  const form = formOf(request.accept);
  if (form === 'table') {
    const [only] = shown;
    const metadata =
      how.single && only !== undefined
        ? { resourceVersion: resourceVersionOf(only) }
        : how.metadata;
    return renderTable(target.kind, shown, metadata, {
      now: context.now(),
      include: includeObjectOf(request.query),
      headers: true,
    });
  }
  const parts = form === 'metadata' ? shown.map(metadataOnly) : shown;
  if (how.single) return parts[0] ?? {};
  const [apiVersion, kind] =
    form === 'metadata'
      ? ['meta.k8s.io/v1', 'PartialObjectMetadataList']
      : [
          target.kind.group === '' ? target.version : `${target.kind.group}/${target.version}`,
          `${target.kind.kind}List`,
        ];
  return { kind, apiVersion, metadata: how.metadata, items: parts };
}

function resourceVersionOf(object: JsonObject): JsonValue {
  const { metadata } = object;
  return typeof metadata === 'object' && metadata !== null && !isJsonArray(metadata)
    ? ((metadata as JsonObject).resourceVersion ?? '')
    : '';
}

/** A list that is read in pages: as it was when the first page was read. */
type Page = {
  readonly objects: readonly StoredObject[];
  readonly from: number;
  readonly version: number;
  /** Nothing was selected away, so what is left can be counted out to the client. */
  readonly whole: boolean;
};

function firstPage(context: ApiContext, target: Target, request: ApiRequest): Page {
  const { group, kind } = target.kind;
  const matches = selection(target, request.query);
  const wanted = countOf(request.query, 'resourceVersion');
  const version = context.store.version();
  if (wanted > version) throw tooLargeVersion(wanted, version);
  const all = context.store.list(group, kind, target.namespace);
  const objects = matches === everything ? all : all.filter(matches);
  return { objects, from: 0, version, whole: matches === everything };
}

/** By the cause, clients know that what they remember is of another life of this server, and list anew. */
function tooLargeVersion(wanted: number, current: number): ApiError {
  const causes = [
    { reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' },
  ];
  const message = `Too large resource version: ${wanted}, current: ${current}`;
  return new ApiError('Timeout', message, { causes });
}

const pagesMax = 64;
const pages = new WeakMap<ApiContext, Map<string, Page>>();

function remember(context: ApiContext, page: Page): string {
  const known = pages.get(context) ?? new Map<string, Page>();
  pages.set(context, known);
  const token = Buffer.from(
    `${page.version}.${page.from}.${Math.floor(context.random() * 2 ** 48)}`,
  ).toString('base64url');
  known.set(token, page);
  const [oldest] = known.keys();
  if (known.size > pagesMax && oldest !== undefined) known.delete(oldest);
  return token;
}

function rememberedPage(context: ApiContext, token: string): Page {
  const page = pages.get(context)?.get(token);
  if (page === undefined)
    throw new ApiError(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. Start a new list without the continue parameter.',
    );
  return page;
}

export function countOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (!/^\d{1,15}$/.test(text))
    throw new ApiError(
      'BadRequest',
      `${name} is no whole number: ${JSON.stringify(text.slice(0, 40))}`,
    );
  return Number(text);
}
