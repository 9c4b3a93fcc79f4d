import type { FieldError } from '../../machinery/field-error.ts';
import { badRequest, invalid } from '../../machinery/status.ts';
import { isTrue } from '../http/request-info.ts';

/** A whole number in a query; 400 in the words of Go's parser for anything else. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** Undefined when the query does not say. */
export function booleanOf(query: URLSearchParams, name: string): boolean | undefined {
  return query.has(name) ? isTrue(query.get(name)) : undefined;
}

/** 422 about an options kind of meta.k8s.io. */
export function rejectOptions(kind: string, faults: readonly FieldError[]): void {
  if (faults.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', faults);
}
