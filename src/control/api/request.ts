/** What a handler is given and what it gives back; the server alone knows sockets. */
import type { JsonObject } from '../json.ts';
import { type ApiKind, findByPlural, type Subresource } from './api-kind.ts';

export type ApiRequest = {
  readonly method: string;
  /** Decoded path segments. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly body: Buffer;
};

/** A response that goes on: the server calls `end` when the client leaves or the mesh stops. */
export type StreamOut = {
  /** False when the client is too slow and has been cut. */
  readonly write: (chunk: string) => boolean;
  readonly close: () => void;
};

export type Reply =
  | {
      readonly type: 'json';
      readonly code: number;
      readonly body: JsonObject;
      readonly contentType?: string;
      readonly warnings?: readonly string[];
    }
  | { readonly type: 'text'; readonly code: number; readonly text: string }
  | { readonly type: 'bytes'; readonly contentType: string; readonly bytes: Buffer }
  | {
      readonly type: 'stream';
      readonly contentType: string;
      /** Starts writing; the function returned is called once, when the stream has ended for whatever reason. */
      readonly start: (out: StreamOut) => () => void;
    };

export const json = (
  body: JsonObject,
  code = 200,
  warnings: readonly string[] = [],
): Extract<Reply, { type: 'json' }> => ({ type: 'json', code, body, warnings });

/** namespace: undefined for cluster-scoped kinds and for lists over all namespaces. */
export type Target = {
  readonly kind: ApiKind;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: Subresource['name'] | undefined;
};

/** Reads `/api/v1/…` and `/apis/<group>/<version>/…`; undefined for what is no resource of this server. */
export function parseTarget(path: readonly string[]): Target | undefined {
  const core = path[0] === 'api';
  const group = core ? '' : (path[1] ?? '');
  const version = (core ? path[1] : path[2]) ?? '';
  const rest = path.slice(core ? 2 : 3);
  if (!core && path[0] !== 'apis') return undefined;
  const scoped = rest[0] === 'namespaces' && rest.length >= 3 && !isNamespacePart(rest);
  const [plural = '', name, subresource, ...beyond] = scoped ? rest.slice(2) : rest;
  const kind = findByPlural(group, version, plural);
  if (kind === undefined || beyond.length > 0) return undefined;
  if (scoped && !kind.namespaced) return undefined;
  // An object of a namespaced kind has no place outside a namespace.
  if (!scoped && kind.namespaced && name !== undefined) return undefined;
  const sub = kind.subresources.find((one) => one.name === subresource)?.name;
  if (subresource !== undefined && sub === undefined) return undefined;
  return { kind, version, namespace: scoped ? rest[1] : undefined, name, subresource: sub };
}

/** `/namespaces/x/status` is a part of a Namespace, `/namespaces/x/pods` a list in it. */
function isNamespacePart(rest: readonly string[]): boolean {
  return rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize');
}

/** A yes-or-no query parameter, as Go's strconv reads it. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && /^(1|t|true|)$/i.test(value);
}
