/** Which answer a request gets. Pure dispatch: the work is in the files that it names. */
import { isJsonObject, valueAt } from '../json.ts';
import type { ApiKind, Verb } from './api-kind.ts';
import type { ApiContext } from './context.ts';
import {
  aggregated,
  apiGroup,
  coreVersions,
  groupList,
  resourceList,
  versionInfo,
} from './discovery.ts';
import { readLog } from './log.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';
import { openApiV2Document, openApiV2Type } from './openapi-v2.ts';
import { get, list } from './read.ts';
import { remove, removeCollection } from './remove.ts';
import { type ApiRequest, flag, json, parseTarget, type Reply, type Target } from './request.ts';
import { answerReview } from './review.ts';
import { getScale, patchScale, putScale } from './scale.ts';
import { ApiError } from './status.ts';
import { acceptsJson } from './view.ts';
import { watch } from './watch.ts';
import { create, patch, update } from './write.ts';

export function handle(context: ApiContext, request: ApiRequest): Reply {
  const { path, method } = request;
  const told = request.method === 'GET' || method === 'HEAD' ? about(context, request) : undefined;
  if (told !== undefined) return told;
  const target = parseTarget(path);
  if (target === undefined)
    throw new ApiError('NotFound', 'the server could not find the requested resource');
  if (!acceptsJson(request.accept))
    throw new ApiError(
      'NotAcceptable',
      'only the following media types are accepted: application/json',
    );
  switch (target.subresource) {
    case undefined:
    case 'status':
    case 'finalize':
      return resource(context, target, request);
    case 'scale':
      return scale(context, target, request);
    case 'log':
      if (request.method !== 'GET') throw notAllowed();
      return readLog(context, context.logs, target, request);
    case 'exec':
    case 'attach':
    case 'portforward':
      throw new ApiError('BadRequest', `${target.subresource} needs a connection of its own`);
  }
}

/** Paths of our own: what the mesh goes by that is no object of the API. */
function besideTheStore(context: ApiContext, what: 'stand-ins' | 'unserved'): Reply {
  return json({ items: what === 'stand-ins' ? context.standIns() : context.unserved() });
}

/** What the server tells about itself. */
function about(context: ApiContext, request: ApiRequest): Reply | undefined {
  const { path } = request;
  const [first = '', second, third] = path;
  if (path.length === 0)
    return json({
      paths: [
        '/api',
        '/apis',
        '/healthz',
        '/livez',
        '/openapi/v3',
        '/readyz',
        '/stand-ins',
        '/unserved',
        '/version',
      ],
    });
  switch (first) {
    case 'version':
      return json(versionInfo(context.program));
    case 'healthz':
    case 'livez':
    case 'readyz':
      return { type: 'text', code: 200, text: 'ok' };
    case 'stand-ins':
    case 'unserved':
      return path.length === 1 ? besideTheStore(context, first) : undefined;
    case 'openapi': {
      if (second === 'v2' && path.length === 2) return oldOpenApi(context, request);
      if (second !== 'v3') return undefined;
      const found =
        path.length === 2
          ? openApiIndex()
          : openApiDocument(path.slice(2).join('/'), context.program);
      return found === undefined ? undefined : json(found);
    }
    case 'api':
    case 'apis': {
      const core = first === 'api';
      if (second === undefined) return groups(request, core);
      if (core) return third === undefined ? optional(resourceList('', second)) : undefined;
      if (third === undefined) return optional(apiGroup(second));
      return path.length === 3 ? optional(resourceList(second, third)) : undefined;
    }
    default:
      return undefined;
  }
}

/** Only as protobuf: clients that read JSON know v3. */
function oldOpenApi(context: ApiContext, request: ApiRequest): Reply | undefined {
  if (!request.accept.includes('com.github.proto-openapi.spec.v2')) return undefined;
  return { type: 'bytes', contentType: openApiV2Type, bytes: openApiV2Document(context.program) };
}

function optional(body: Parameters<typeof json>[0] | undefined): Reply | undefined {
  return body === undefined ? undefined : json(body);
}

function groups(request: ApiRequest, core: boolean): Reply {
  const asked =
    /g=apidiscovery\.k8s\.io;v=(v2beta1|v2)|v=(v2beta1|v2);g=apidiscovery\.k8s\.io/.exec(
      request.accept,
    );
  const version = asked?.[1] ?? asked?.[2];
  if (version === undefined) return json(core ? coreVersions('127.0.0.1') : groupList());
  return {
    ...json(aggregated(core, version)),
    contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
  };
}

function resource(context: ApiContext, target: Target, request: ApiRequest): Reply {
  const { kind, name } = target;
  switch (request.method) {
    case 'GET':
    case 'HEAD': {
      if (flag(request.query, 'watch'))
        return allowed(kind, 'watch', () => watch(context, target, request));
      return name === undefined
        ? allowed(kind, 'list', () => list(context, target, request))
        : allowed(kind, 'get', () => get(context, target, request));
    }
    case 'POST':
      if (name !== undefined) break;
      return allowed(kind, 'create', () =>
        kind.verbs.length === 1 ? answerReview(target, request) : create(context, target, request),
      );
    case 'PUT':
      if (name === undefined) break;
      return allowed(kind, 'update', () => update(context, target, request));
    case 'PATCH':
      if (name === undefined) break;
      return allowed(kind, 'patch', () => patch(context, target, request));
    case 'DELETE':
      return name === undefined
        ? allowed(kind, 'deletecollection', () => removeCollection(context, target, request))
        : allowed(kind, 'delete', () => remove(context, target, request));
  }
  throw notAllowed();
}

function scale(context: ApiContext, target: Target, request: ApiRequest): Reply {
  switch (request.method) {
    case 'GET':
      return getScale(context, target);
    case 'PUT':
      return putScale(context, target, request);
    case 'PATCH':
      return patchScale(context, target, request);
    default:
      throw notAllowed();
  }
}

function allowed(kind: ApiKind, verb: Verb, work: () => Reply): Reply {
  if (!kind.verbs.includes(verb)) throw notAllowed();
  return work();
}

function notAllowed(): ApiError {
  return new ApiError(
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  );
}

/** Did the request change something that connections depend on? */
export function isChange(reply: Reply, method: string): boolean {
  if (method === 'GET' || method === 'HEAD' || reply.type !== 'json') return false;
  return !(isJsonObject(reply.body) && valueAt(reply.body, 'status') === 'Failure');
}
