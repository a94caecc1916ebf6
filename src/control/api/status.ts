/** Kubernetes Status objects: what the API answers instead of an object, and the error that carries one. */
import type { JsonObject, JsonValue } from '../json.ts';

export type Reason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Expired'
  | 'Invalid'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServiceUnavailable'
  | 'Timeout';

const codes: Readonly<Record<Reason, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Invalid: 422,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
};

/** One thing that is wrong in an object: where, and what. */
export type Cause = {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
};

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
};

/** Thrown by a handler; the server answers with `status`. A transaction that throws it changes nothing. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: JsonObject;

  constructor(reason: Reason, message: string, details?: StatusDetails) {
    super(message);
    this.code = codes[reason];
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details: plain(details) }),
      code: this.code,
    };
  }
}

export function successStatus(details: StatusDetails): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: plain(details),
  };
}

/** The object is not there; `what` is its plural, with its group unless that is the core group. */
export function notFound(what: string, group: string, name: string): ApiError {
  return new ApiError('NotFound', `${qualified(what, group)} "${name}" not found`, {
    name,
    ...(group === '' ? {} : { group }),
    kind: what,
  });
}

/** An object that is refused for what it says, in the words of an API server: each cause with its field. */
export function invalid(
  kind: string,
  group: string,
  name: string,
  causes: readonly Cause[],
): ApiError {
  const told = causes.map(({ field, message }) =>
    field === '' ? message : `${field}: ${message}`,
  );
  const joined = told.length === 1 ? told[0] : `[${told.join(', ')}]`;
  return new ApiError('Invalid', `${qualified(kind, group)} "${name}" is invalid: ${joined}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  });
}

export function qualified(what: string, group: string): string {
  return group === '' ? what : `${what}.${group}`;
}

function plain(details: StatusDetails): JsonObject {
  const { causes, ...rest } = details;
  const members: Record<string, JsonValue> = { ...rest };
  if (causes !== undefined) members.causes = causes.map((cause) => ({ ...cause }));
  return members;
}
