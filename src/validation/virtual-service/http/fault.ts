/** Injected faults (virtualservice.go:validateHTTPFaultInjection). */
import type {
  HttpFaultAbort,
  HttpFaultDelay,
  HttpRoute,
  Percent,
} from '../../../resource/index.ts';
import { checkDuration } from '../../parts/duration.ts';
import { quote, type Report } from '../../report.ts';
import { httpRouteRules as rules } from '../../rules/http-route.ts';

const grpcStatuses = new Set([
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]);

export function checkFault(fault: NonNullable<HttpRoute['fault']>, report: Report): void {
  const { abort, delay } = fault;
  if (abort === undefined && delay === undefined)
    report(rules.faultEmpty, fault, [], 'this fault has neither abort nor delay');
  if (abort !== undefined) checkAbort(abort, report);
  if (delay !== undefined) checkDelay(delay, report);
}

function checkAbort(abort: HttpFaultAbort, report: Report): void {
  checkPercentage(abort.percentage, report);
  const { httpStatus, grpcStatus, http2Error } = abort;
  if (http2Error !== undefined)
    report(rules.faultUnsupported, abort, ['http2Error'], 'http2Error is not supported');
  else if (grpcStatus !== undefined) {
    if (!grpcStatuses.has(grpcStatus))
      report(rules.faultStatus, abort, ['grpcStatus'], `${quote(grpcStatus)} is not a gRPC status`);
  } else if (httpStatus === undefined)
    report(rules.abortType, abort, [], 'this abort does not say with which status');
  else if (httpStatus < 200 || httpStatus > 600)
    report(rules.faultStatus, abort, ['httpStatus'], `${httpStatus} is not an HTTP status`);
}

function checkDelay(delay: HttpFaultDelay, report: Report): void {
  checkPercentage(delay.percentage, report);
  checkDuration(delay, 'fixedDelay', delay.fixedDelay, report);
  if (delay.exponentialDelay !== undefined)
    report(
      rules.faultUnsupported,
      delay,
      ['exponentialDelay'],
      'exponentialDelay is not supported',
    );
}

/** Envoy counts in millionths, so anything between 0 and 0.0001 would be lost. */
function checkPercentage(percentage: Percent | undefined, report: Report): void {
  const { value = 0 } = percentage ?? {};
  // Not written the other way round: NaN passes.
  if (percentage !== undefined && (value < 0 || value > 100 || (value > 0 && value < 0.0001)))
    report(rules.faultPercentage, percentage, ['value'], `${value} is not a percentage`);
}
