import type { FieldError, FieldErrorType } from '../field-error.ts';
import { goJson, goQuote } from './go-text.ts';

/** Faults of fields, worded as kube-apiserver words them. A path is a dotted string, `spec.ports[0].name`. */

const fault = (type: FieldErrorType, field: string, head: string, detail: string): FieldError => ({
  type,
  field,
  message: detail ? `${head}: ${detail}` : head,
});

/** In place of a bad value: the message shows none. */
export const OMITTED = Symbol('omitted');

/** A bad value as the message shows it: strings quoted, numbers and booleans bare, everything else as JSON. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : goJson(value);
}

const withValue = (head: string, value: unknown): string => (value === OMITTED ? head : `${head}: ${shownValue(value)}`);

export function required(field: string, detail = ''): FieldError {
  return fault('FieldValueRequired', field, 'Required value', detail);
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return fault('FieldValueInvalid', field, withValue('Invalid value', value), detail);
}

export function forbiddenField(field: string, detail: string): FieldError {
  return fault('FieldValueForbidden', field, 'Forbidden', detail);
}

export function internalError(field: string, detail: string): FieldError {
  return fault('InternalError', field, 'Internal error', detail);
}

export function duplicate(field: string, value: unknown): FieldError {
  return fault('FieldValueDuplicate', field, withValue('Duplicate value', value), '');
}

export function notFoundValue(field: string, value: unknown, detail = ''): FieldError {
  return fault('FieldValueNotFound', field, `Not found: ${shownValue(value)}`, detail);
}

/** `supported` is listed in the order given; upstream sorts where it comes from a set. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.length ? `supported values: ${supported.map(goQuote).join(', ')}` : '';
  return fault('FieldValueNotSupported', field, `Unsupported value: ${shownValue(value)}`, list);
}

export function tooLong(field: string, max: number): FieldError {
  return fault('FieldValueTooLong', field, 'Too long', `may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}`);
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  return fault('FieldValueTooMany', field, `Too many: ${actual}`, `must have at most ${max} ${max === 1 ? 'item' : 'items'}`);
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return fault('FieldValueTypeInvalid', field, `Invalid value: ${shownValue(value)}`, detail);
}

export const FIELD_IMMUTABLE = 'field is immutable';

export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, FIELD_IMMUTABLE);
}

/** One `Invalid value` for each complaint that a check of a text returned. */
export function* complaints(field: string, value: unknown, messages: readonly string[]): Iterable<FieldError> {
  for (const message of messages) yield invalidValue(field, value, message);
}

/** `base.child`, or just `child` at the root. */
export function at(base: string, child: string): string {
  return base ? `${base}.${child}` : child;
}
