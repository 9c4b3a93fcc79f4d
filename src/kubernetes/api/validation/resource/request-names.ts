import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue } from '../../../machinery/validation/faults.ts';
import type { DeviceClaim } from '../../generated/resource-v1.ts';
import { setRules } from './lists.ts';
import { labelNameRules } from './names.ts';

/** As many as a claim may have requests. */
export const MAX_REQUESTS = 32;

const UNKNOWN = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** What the parts of a claim may refer to: `request`, or `request/subrequest`. */
export type RequestNames = ReadonlySet<string>;

export function requestNamesOf({ requests = [] }: DeviceClaim): RequestNames {
  const names = (requests ?? []).flatMap(({ name, firstAvailable }) => [
    name,
    ...(firstAvailable ?? []).map((subrequest) => `${name}/${subrequest.name}`),
  ]);
  return new Set(names);
}

/** Faults of a list of references, each of which occurs once. */
export function requestReferencesRules(references: readonly string[] | undefined, path: string, names: RequestNames): Iterable<FieldError> {
  return setRules(
    references?.map((reference) => reference ?? ''),
    MAX_REQUESTS,
    path,
    (name) => name,
    (name, at) => requestReferenceRules(name, at, names),
  );
}

export function* requestReferenceRules(reference: string, path: string, names: RequestNames): Iterable<FieldError> {
  const parts = reference.split('/');
  if (parts.length > 2) {
    yield invalidValue(path, reference, UNKNOWN);
    return;
  }
  for (const part of parts) yield* labelNameRules(part, path);
  if (!names.has(reference)) yield invalidValue(path, reference, UNKNOWN);
}
