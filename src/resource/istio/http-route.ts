/** Field table: The http rules of a VirtualService. tcpmesh routes no HTTP; it validates them. */

import type { Decoded } from '../field-table.ts';
import {
  bool,
  bytes,
  double,
  duration,
  int32,
  list,
  map,
  message,
  nullable,
  oneOfNames,
  required,
  string,
  uint32,
} from '../field-table.ts';
import { destination } from './destination.ts';

export const stringMatch = message(
  'StringMatch',
  {
    exact: string(),
    prefix: string(),
    regex: string(),
  },
  { oneOf: [{ atMost: ['exact', 'prefix', 'regex'] }] },
);

export const corsPolicy = message('CorsPolicy', {
  allowCredentials: nullable(bool()),
  allowHeaders: list(string()),
  allowMethods: list(string()),
  allowOrigin: list(string()),
  allowOrigins: list(stringMatch),
  exposeHeaders: list(string()),
  maxAge: duration(),
  unmatchedPreflights: oneOfNames('UNSPECIFIED', 'FORWARD', 'IGNORE'),
});

export const delegate = message('Delegate', {
  name: string(),
  namespace: string(),
});

export const httpBody = message(
  'HttpBody',
  {
    bytes: bytes(),
    string: string(),
  },
  { oneOf: [{ atMost: ['string', 'bytes'] }] },
);

export const httpDirectResponse = message('HttpDirectResponse', {
  body: httpBody,
  status: required(uint32()),
});

export const percent = message('Percent', {
  value: double(),
});

export const httpFaultAbort = message(
  'HttpFaultAbort',
  {
    grpcStatus: string(),
    http2Error: string(),
    httpStatus: int32(),
    percentage: percent,
  },
  { oneOf: [{ atMost: ['httpStatus', 'grpcStatus', 'http2Error'] }] },
);

export const httpFaultDelay = message(
  'HttpFaultDelay',
  {
    exponentialDelay: duration(),
    fixedDelay: duration(),
    percent: int32(),
    percentage: percent,
  },
  { oneOf: [{ atMost: ['fixedDelay', 'exponentialDelay'] }] },
);

export const httpFaultInjection = message('HttpFaultInjection', {
  abort: httpFaultAbort,
  delay: httpFaultDelay,
});

export const headerOperations = message('HeaderOperations', {
  add: map(string()),
  remove: list(string()),
  set: map(string()),
});

export const headers = message('Headers', {
  request: headerOperations,
  response: headerOperations,
});

export const httpMatchRequest = message('HttpMatchRequest', {
  authority: stringMatch,
  gateways: list(string()),
  headers: map(stringMatch),
  ignoreUriCase: bool(),
  method: stringMatch,
  name: string(),
  port: uint32(),
  queryParams: map(stringMatch),
  scheme: stringMatch,
  sourceLabels: map(string()),
  sourceNamespace: string(),
  statPrefix: string(),
  uri: stringMatch,
  withoutHeaders: map(stringMatch),
});

export const httpMirrorPolicy = message('HttpMirrorPolicy', {
  destination: required(destination),
  percentage: percent,
});

export const httpRedirect = message(
  'HttpRedirect',
  {
    authority: string(),
    derivePort: oneOfNames('FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'),
    port: uint32(),
    prefixRewrite: string(),
    redirectCode: uint32(),
    scheme: string(),
    uri: string(),
  },
  { oneOf: [{ atMost: ['port', 'derivePort'] }] },
);

export const httpRetry = message('HttpRetry', {
  attempts: int32(),
  backoff: duration(),
  perTryTimeout: duration(),
  retryIgnorePreviousHosts: nullable(bool()),
  retryOn: string(),
  retryRemoteLocalities: nullable(bool()),
});

export const regexRewrite = message('RegexRewrite', {
  match: string(),
  rewrite: string(),
});

export const httpRewrite = message('HttpRewrite', {
  authority: string(),
  uri: string(),
  uriRegexRewrite: regexRewrite,
});

export const httpRouteDestination = message('HttpRouteDestination', {
  destination: required(destination),
  headers: headers,
  weight: int32(),
});

export const httpRoute = message('HttpRoute', {
  corsPolicy: corsPolicy,
  delegate: delegate,
  directResponse: httpDirectResponse,
  fault: httpFaultInjection,
  headers: headers,
  match: list(httpMatchRequest),
  mirror: destination,
  mirror_percent: nullable(uint32()),
  mirrorPercent: nullable(uint32()),
  mirrorPercentage: percent,
  mirrors: list(httpMirrorPolicy),
  name: string(),
  redirect: httpRedirect,
  retries: httpRetry,
  rewrite: httpRewrite,
  route: list(httpRouteDestination),
  timeout: duration(),
});

export type StringMatch = Decoded<typeof stringMatch>;
export type CorsPolicy = Decoded<typeof corsPolicy>;
export type Delegate = Decoded<typeof delegate>;
export type HttpBody = Decoded<typeof httpBody>;
export type HttpDirectResponse = Decoded<typeof httpDirectResponse>;
export type Percent = Decoded<typeof percent>;
export type HttpFaultAbort = Decoded<typeof httpFaultAbort>;
export type HttpFaultDelay = Decoded<typeof httpFaultDelay>;
export type HttpFaultInjection = Decoded<typeof httpFaultInjection>;
export type HeaderOperations = Decoded<typeof headerOperations>;
export type Headers = Decoded<typeof headers>;
export type HttpMatchRequest = Decoded<typeof httpMatchRequest>;
export type HttpMirrorPolicy = Decoded<typeof httpMirrorPolicy>;
export type HttpRedirect = Decoded<typeof httpRedirect>;
export type HttpRetry = Decoded<typeof httpRetry>;
export type RegexRewrite = Decoded<typeof regexRewrite>;
export type HttpRewrite = Decoded<typeof httpRewrite>;
export type HttpRouteDestination = Decoded<typeof httpRouteDestination>;
export type HttpRoute = Decoded<typeof httpRoute>;
