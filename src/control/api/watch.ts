/** Watch: what is there, then every change, as one JSON event a line. A client that does not keep up is cut. */
import type { JsonObject } from '../json.ts';
import type { StoreEvent } from '../object-store.ts';
import type { StoredObject } from '../stored-object.ts';
import { apiVersionOf } from './api-kind.ts';
import type { ApiContext } from './context.ts';
import { countOf, selection } from './read.ts';
import { type ApiRequest, flag, type Reply, type StreamOut, type Target } from './request.ts';
import type { Matches } from './selector.ts';
import { ApiError } from './status.ts';
import { includeObjectOf, renderTable } from './table/table.ts';
import { formOf, inVersion, metadataOnly } from './view.ts';

const bookmarkEveryMs = 30_000;
const timeoutDefaultS = 30 * 60;
const timeoutMaxS = 24 * 60 * 60;

export function watch(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const { query } = request;
  const matches = nameMatches(target, selection(target, query));
  const version = countOf(query, 'resourceVersion');
  const initial = version === 0 || flag(query, 'sendInitialEvents');
  const bookmarks = flag(query, 'allowWatchBookmarks');
  const timeoutS = Math.min(countOf(query, 'timeoutSeconds') || timeoutDefaultS, timeoutMaxS);
  const backlog = initial ? [] : context.store.since(version);
  const show = shower(context, target, request);
  return {
    type: 'stream',
    contentType: 'application/json;stream=watch',
    start: (out) => {
      if (backlog === null) {
        const { status } = new ApiError(
          'Expired',
          `too old resource version: ${version} (${context.store.version()})`,
        );
        out.write(line('ERROR', status));
        out.close();
        return () => undefined;
      }
      const send = (events: readonly StoreEvent[]): void => {
        for (const event of events) {
          const told = narrowed(event, target, matches);
          if (told !== undefined && !out.write(line(told.type, show(told.object)))) return;
        }
      };
      if (initial) {
        for (const object of context.store.list(
          target.kind.group,
          target.kind.kind,
          target.namespace,
        ))
          if (matches(object)) out.write(line('ADDED', show(object)));
        if (flag(query, 'sendInitialEvents') && bookmarks)
          out.write(line('BOOKMARK', bookmark(context, target, true)));
      } else send(backlog);
      const unsubscribe = context.store.subscribe(send);
      const clock = timers(context, target, out, bookmarks, timeoutS);
      return () => {
        unsubscribe();
        clock();
      };
    },
  };
}

/** A watch may name one object in its path. */
function nameMatches(target: Target, matches: Matches): Matches {
  const { name } = target;
  return name === undefined
    ? matches
    : (object) => object.metadata.name === name && matches(object);
}

/** The event as this watcher sees it: an object that no longer fits its selectors is gone for it. */
function narrowed(
  event: StoreEvent,
  target: Target,
  matches: Matches,
): { readonly type: string; readonly object: StoredObject } | undefined {
  const { key, type, object, previous } = event;
  if (key.kind !== target.kind.kind || key.group !== target.kind.group) return undefined;
  if (target.namespace !== undefined && key.namespace !== target.namespace) return undefined;
  const before = previous !== undefined && matches(previous);
  const after = type !== 'DELETED' && matches(object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  const version = object.metadata.resourceVersion;
  return {
    type: 'DELETED',
    object: { ...previous, metadata: { ...previous.metadata, resourceVersion: version } },
  };
}

function shower(
  context: ApiContext,
  target: Target,
  request: ApiRequest,
): (object: StoredObject) => JsonObject {
  const form = formOf(request.accept);
  let headers = true;
  return (object) => {
    const shown = inVersion(target.kind, target.version, object);
    if (form === 'metadata') return metadataOnly(shown);
    if (form === 'plain') return shown;
    const table = renderTable(
      target.kind,
      [shown],
      { resourceVersion: object.metadata.resourceVersion },
      { now: context.now(), include: includeObjectOf(request.query), headers },
    );
    headers = false;
    return table;
  };
}

function bookmark(context: ApiContext, target: Target, initialEnd: boolean): JsonObject {
  return {
    kind: target.kind.kind,
    apiVersion: apiVersionOf(target.kind.group, target.version),
    metadata: {
      resourceVersion: String(context.store.version()),
      creationTimestamp: null,
      ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  };
}

function timers(
  context: ApiContext,
  target: Target,
  out: StreamOut,
  bookmarks: boolean,
  timeoutS: number,
): () => void {
  const mark = (): void => {
    out.write(line('BOOKMARK', bookmark(context, target, false)));
  };
  const end = setTimeout(() => {
    if (bookmarks) mark();
    out.close();
  }, timeoutS * 1000);
  const regular = bookmarks ? setInterval(mark, bookmarkEveryMs) : undefined;
  return () => {
    clearTimeout(end);
    clearInterval(regular);
  };
}

function line(type: string, object: JsonObject): string {
  return `${JSON.stringify({ type, object })}\n`;
}
