import type { FieldError } from './field-error.ts';
import type { ListMeta } from './meta.ts';

/** The answer of the API to anything that failed (metav1.Status). */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: ListMeta;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetails;
  code?: number;
}

export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'StoreReadError'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The one error type of the API, on both sides of the wire. Test it with the predicates below. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;

  constructor(status: Omit<Status, 'kind' | 'apiVersion' | 'metadata' | 'status'> & Partial<Pick<Status, 'metadata'>>, cause?: unknown) {
    super(status.message ?? status.reason ?? 'unknown API error', cause === undefined ? undefined : { cause });
    this.status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', ...status };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): StatusReason | undefined {
    return this.status.reason;
  }
}

/** What an error is about: the resource in lower case plural, and its group. */
export interface ErrorSubject {
  group: string;
  plural: string;
}

const qualified = (of: ErrorSubject) => (of.group ? `${of.plural}.${of.group}` : of.plural);
const detailsOf = (of: ErrorSubject, name?: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(of.group ? { group: of.group } : {}),
  kind: of.plural,
});

export function notFound(of: ErrorSubject, name: string): ApiError {
  return new ApiError({ code: 404, reason: 'NotFound', message: `${qualified(of)} "${name}" not found`, details: detailsOf(of, name) });
}

export function alreadyExists(of: ErrorSubject, name: string): ApiError {
  return new ApiError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${qualified(of)} "${name}" already exists`,
    details: detailsOf(of, name),
  });
}

/** The name is taken, of an object that has a prefix for names too: asking again may help. */
export function noUniqueName(of: ErrorSubject, name: string): ApiError {
  return new ApiError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${qualified(of)} "${name}" already exists, the server was not able to generate a unique name for the object`,
    details: { ...detailsOf(of, name), retryAfterSeconds: 1 },
  });
}

export function conflict(of: ErrorSubject, name: string, why: string): ApiError {
  return new ApiError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`,
    details: detailsOf(of, name),
  });
}

export function forbidden(of: ErrorSubject, name: string, why: string): ApiError {
  const subject = name ? `${qualified(of)} "${name}"` : qualified(of);
  return new ApiError({ code: 403, reason: 'Forbidden', message: `${subject} is forbidden: ${why}`, details: detailsOf(of, name) });
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: 'BadRequest', message });
}

export function unauthorized(): ApiError {
  return new ApiError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function methodNotSupported(of: ErrorSubject, verb: string): ApiError {
  return new ApiError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${verb} is not supported on resources of kind "${qualified(of)}"`,
    details: detailsOf(of),
  });
}

/** 410: the resource version or continue token is older than what is kept. */
export function resourceExpired(message: string): ApiError {
  return new ApiError({ code: 410, reason: 'Expired', message });
}

export function internalError(message: string, cause?: unknown): ApiError {
  return new ApiError(
    { code: 500, reason: 'InternalError', message: `Internal error occurred: ${message}`, details: { causes: [{ message }] } },
    cause,
  );
}

export function timeout(message: string): ApiError {
  return new ApiError({ code: 504, reason: 'Timeout', message: `Timeout: ${message}` });
}

/** 422 with one cause per fault, worded as kube-apiserver words it. */
export function invalid(kind: { group: string; kind: string }, name: string, faults: readonly FieldError[]): ApiError {
  const qualifiedKind = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  const texts = [...new Set(faults.map((fault) => `${fault.field}: ${fault.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new ApiError({
    code: 422,
    reason: 'Invalid',
    message: `${qualifiedKind} "${name}" is invalid: ${list}`,
    details: {
      ...(name ? { name } : {}),
      ...(kind.group ? { group: kind.group } : {}),
      ...(kind.kind ? { kind: kind.kind } : {}),
      causes: faults.map(({ type, message, field }) => ({ reason: type, message, field })),
    },
  });
}

const hasReason =
  (reason: StatusReason) =>
  (error: unknown): error is ApiError =>
    error instanceof ApiError && error.reason === reason;

export const isNotFound = hasReason('NotFound');
export const isAlreadyExists = hasReason('AlreadyExists');
export const isConflict = hasReason('Conflict');
export const isInvalid = hasReason('Invalid');
export const isForbidden = hasReason('Forbidden');
export const isExpired = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.reason === 'Expired' || error.reason === 'Gone');
