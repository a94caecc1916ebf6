/** Rules about the http part of a VirtualService: TCM0230 to TCM0299. tcpmesh routes no HTTP, but says what Istio refuses. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { caution, refusal } from './define.ts';

const refused = 'Istio refuses the resource.';

export const httpRouteRules = {
  delegate: refusal('TCM0230', 'http-delegate', 'virtualservice.go:validateHTTPRoute', {
    summary: 'A delegating rule also routes or redirects, or a delegate delegates again.',
    why: refused,
    help: 'Let the rule with delegate do nothing else; delegates cannot be nested.',
  }),
  actions: refusal(
    'TCM0231',
    'http-action-conflict',
    'virtualservice.go:validateHTTPRouteConflict',
    {
      summary: 'A rule redirects or answers itself and also does what needs a destination.',
      why: refused,
      help: 'Keep one of route, redirect and `directResponse`.',
    },
  ),
  actionMissing: refusal(
    'TCM0232',
    'http-action-missing',
    'virtualservice.go:validateHTTPRouteConflict',
    {
      summary: 'A rule has neither route, redirect nor `directResponse`.',
      why: refused,
      help: 'Add route with a destination.',
    },
  ),
  mirrors: refusal(
    'TCM0233',
    'http-mirror-conflict',
    'virtualservice.go:validateHTTPRouteConflict',
    {
      summary: 'A rule has both mirror and mirrors.',
      why: refused,
      help: 'Move mirror into mirrors.',
    },
  ),
  headerName: refusal(
    'TCM0234',
    'http-header-name',
    'virtualservice.go:validateHTTPRouteMatchRequest',
    {
      summary: 'The name of a header to match is none that HTTP knows.',
      why: refused,
      help: 'Use a header name, :authority and its like, or @request.auth.claims.<claim>.',
    },
  ),
  emptyPrefix: refusal(
    'TCM0235',
    'http-empty-prefix',
    'virtualservice.go:validateHTTPRouteMatchRequest',
    {
      summary: 'A match has an empty prefix.',
      why: 'It would match everything; Istio refuses the resource.',
      help: 'Give a prefix, or remove the match.',
    },
  ),
  regex: refusal('TCM0236', 'http-regex', 'virtualservice.go:validateStringRegexp', {
    summary: 'A regular expression is empty, longer than 1024 bytes or not of the RE2 kind.',
    why: 'Envoy could not compile it, so Istio refuses the resource.',
    help: 'Write it in RE2 syntax: no look-around, no back-references.',
  }),
  sourceNamespace: refusal(
    'TCM0237',
    'http-source-namespace',
    'virtualservice.go:validateHTTPRouteMatchRequest',
    {
      summary: '`sourceNamespace` is no DNS label.',
      why: 'No namespace has such a name.',
      help: 'Name a namespace.',
    },
  ),
  operationName: refusal(
    'TCM0238',
    'http-header-operation',
    'virtualservice.go:validateHeaderOperations',
    {
      summary: 'A header operation has no name, or one that it may not touch.',
      why: 'Pseudo headers and host are not free to change.',
      help: 'Name an ordinary header; the authority is set with :authority in request.set, or rewrite.authority.',
    },
  ),
  operationValue: refusal(
    'TCM0239',
    'http-header-value',
    'virtualservice.go:validateHeaderOperations',
    {
      summary:
        'A header value has a control character, or a % that is neither doubled nor part of a pair.',
      why: 'Envoy would refuse the configuration.',
      help: 'Double a literal % as %%.',
    },
  ),
  authorityTwice: refusal(
    'TCM0240',
    'http-authority-twice',
    'virtualservice.go:validateAuthorityRewrite',
    {
      summary: 'The authority is set more than once.',
      why: refused,
      help: 'Set it in one place.',
    },
  ),
  corsMethod: refusal('TCM0241', 'cors-method', 'virtualservice.go:validateCORSPolicy', {
    summary: '`allowMethods` has something that is no HTTP method.',
    why: refused,
    help: 'Use GET, HEAD, POST, PUT, PATCH, DELETE, CONNECT, OPTIONS, TRACE or *, in capitals.',
  }),
  corsHeader: refusal('TCM0242', 'cors-header', 'virtualservice.go:validateCORSPolicy', {
    summary: '`allowHeaders` or `exposeHeaders` has something that is not a header name.',
    why: refused,
    help: 'Use header names, or *.',
  }),
  corsOrigin: refusal('TCM0243', 'cors-origin', 'virtualservice.go:validateAllowOrigins', {
    summary: 'An entry of `allowOrigins` is empty.',
    why: refused,
    help: 'Give exact, prefix or regex a value.',
  }),
  corsMaxAge: refusal('TCM0244', 'cors-max-age', 'virtualservice.go:validateCORSPolicy', {
    summary: '`maxAge` is not in whole seconds.',
    why: refused,
    help: 'Give whole seconds.',
  }),
  faultEmpty: refusal('TCM0245', 'fault-empty', 'virtualservice.go:validateHTTPFaultInjection', {
    summary: '`fault` has neither abort nor delay.',
    why: refused,
    help: 'Add abort or delay, or remove fault.',
  }),
  faultPercentage: refusal('TCM0246', 'fault-percentage', 'virtualservice.go:validatePercentage', {
    summary: 'The percentage of a fault is not 0 and not between 0.0001 and 100.',
    why: refused,
    help: 'Give a percentage that Envoy can count in.',
  }),
  faultStatus: refusal(
    'TCM0247',
    'fault-status',
    'virtualservice.go:validateHTTPFaultInjectionAbort',
    {
      summary: 'The status of an abort is not one.',
      why: refused,
      help: 'Give an HTTP status from 200 to 600, or the name of a gRPC status in capitals.',
    },
  ),
  faultUnsupported: refusal(
    'TCM0248',
    'fault-unsupported',
    'virtualservice.go:validateHTTPFaultInjection',
    {
      summary: '`http2Error` or `exponentialDelay` is used.',
      why: 'Istio does not support it.',
      help: 'Use `httpStatus`, or `fixedDelay`.',
    },
  ),
  abortType: caution(
    'TCM0249',
    'fault-abort-type',
    'virtualservice.go:validateHTTPFaultInjectionAbort',
    {
      summary: 'An abort does not say with which status.',
      why: 'Nothing is aborted.',
      help: 'Add `httpStatus` or `grpcStatus`.',
    },
  ),
  mirrorPercentOld: caution(
    'TCM0250',
    'mirror-percent-deprecated',
    'virtualservice.go:validateHTTPRoute',
    {
      summary: '`mirrorPercent` is deprecated.',
      why: 'It will not be read any more one day.',
      help: 'Use `mirrorPercentage.value`.',
    },
  ),
  mirrorPercentage: refusal('TCM0251', 'mirror-percentage', 'virtualservice.go:validateHTTPRoute', {
    summary: 'A mirror percentage is not between 0 and 100.',
    why: refused,
    help: 'Give a percentage from 0 to 100.',
  }),
  redirect: refusal('TCM0252', 'http-redirect', 'virtualservice.go:validateHTTPRedirect', {
    summary:
      'A redirect changes nothing, contradicts itself or has a code, scheme or port out of range.',
    why: refused,
    help: 'Give one of uri, `prefixRewrite`, authority, scheme or port; a code from 300 to 399.',
  }),
  directBody: refusal(
    'TCM0253',
    'direct-response-body',
    'virtualservice.go:validateHTTPDirectResponse',
    {
      summary: 'The body of a direct response is over 1 MiB.',
      why: refused,
      help: 'Serve it from a workload.',
    },
  ),
  directBodyLarge: caution(
    'TCM0254',
    'direct-response-large',
    'virtualservice.go:validateHTTPDirectResponse',
    {
      summary: 'The body of a direct response is over 100 KiB.',
      why: 'Every proxy of the mesh holds it in memory.',
      help: 'Serve it from a workload.',
    },
  ),
  directStatus: refusal(
    'TCM0255',
    'direct-response-status',
    'virtualservice.go:validateHTTPDirectResponse',
    {
      summary: 'The status of a direct response is not between 200 and 600.',
      why: refused,
      help: 'Give an HTTP status.',
    },
  ),
  retries: refusal('TCM0256', 'http-retries', 'virtualservice.go:validateHTTPRetry', {
    summary: '`attempts` is negative, or 0 while other retry settings are given.',
    why: refused,
    help: 'Give attempts a positive number, or remove the other settings.',
  }),
  retryOn: refusal('TCM0257', 'http-retry-on', 'virtualservice.go:validateHTTPRetry', {
    summary: '`retryOn` has a part that is neither a condition nor a status.',
    why: 'Envoy would not know it; blanks around the commas count too.',
    help: 'Use conditions such as connect-failure, reset or 5xx, separated by commas without blanks.',
  }),
  rewrite: refusal('TCM0258', 'http-rewrite', 'virtualservice.go:validateHTTPRewrite', {
    summary: 'A rewrite changes nothing, or contradicts itself.',
    why: refused,
    help: 'Give authority and at most one of uri and `uriRegexRewrite`.',
  }),
} as const satisfies { readonly [name: string]: RuleMeta };
