import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, immutable, invalidValue, notSupported, required, tooLong } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import type { TopologySelectorTerm } from '../generated/core-v1.ts';
import type { StorageClass } from '../generated/storage-v1.ts';
import { sameValue } from './equal.ts';
import { sortedLabels } from './workload.ts';

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const MAX_PARAMETERS = 512;
const MAX_PARAMETERS_BYTES = 256 * 1024;

/** Faults of a storage class. */
export function* storageClassRules(next: StorageClass, previous?: StorageClass): Iterable<FieldError> {
  yield* provisionerRules(next.provisioner ?? '', 'provisioner');
  yield* parameterRules(next.parameters ?? {}, 'parameters');
  const { reclaimPolicy, volumeBindingMode: mode } = next;
  if (reclaimPolicy && !RECLAIM_POLICIES.includes(reclaimPolicy)) yield notSupported('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES);
  if (mode === undefined) yield required('volumeBindingMode');
  else if (!BINDING_MODES.includes(mode)) yield notSupported('volumeBindingMode', mode, BINDING_MODES);
  yield* topologyRules(next.allowedTopologies ?? [], 'allowedTopologies');
  if (!previous) return;
  if (!sameValue(next.parameters, previous.parameters)) yield immutable('parameters', sortedLabels(next.parameters));
  for (const field of ['provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const) {
    if (!sameValue(next[field], previous[field])) yield immutable(field, next[field]);
  }
}

/** Faults of what provisions volumes, or attaches them. */
export function* provisionerRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') yield required(path);
  else yield* complaints(path, name.toLowerCase(), isQualifiedName(name.toLowerCase()));
}

/** Faults of parameters that only the driver understands. */
export function* parameterRules(parameters: Readonly<Record<string, string>>, path: string): Iterable<FieldError> {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) {
    yield tooLong(path, MAX_PARAMETERS);
    return;
  }
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const [key, value] of entries) {
    if (key === '') yield invalidValue(path, key, 'field can not be empty.');
    bytes += encoder.encode(key).length + encoder.encode(value).length;
  }
  if (bytes > MAX_PARAMETERS_BYTES) yield tooLong(path, MAX_PARAMETERS_BYTES);
}

function* topologyRules(terms: readonly TopologySelectorTerm[], path: string): Iterable<FieldError> {
  const seen = [new Map<string, Set<string>>()];
  for (const [index, term] of terms.entries()) {
    const at = `${path}[${index}].matchLabelExpressions`;
    yield* termRules(term, at);
    const wanted = new Map(term.matchLabelExpressions?.map(({ key, values }) => [key, new Set(values)]));
    if (seen.some((other) => sameValues(other, wanted))) yield duplicate(at, '');
    seen.push(wanted);
  }
}

/** One that asks for nothing is never new. */
function sameValues(a: ReadonlyMap<string, ReadonlySet<string>>, b: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return a.size === b.size && [...a].every(([key, values]) => values.symmetricDifference(b.get(key) ?? new Set()).size === 0);
}

function* termRules({ matchLabelExpressions = [] }: TopologySelectorTerm, path: string): Iterable<FieldError> {
  const keys = new Set<string>();
  for (const [index, { key = '', values: listed }] of matchLabelExpressions.entries()) {
    const values = listed ?? [];
    const at = `${path}[${index}]`;
    if (values.length === 0) yield required(`${at}.values`);
    const seen = new Set<string>();
    for (const [place, value] of values.entries()) {
      if (seen.has(value)) yield duplicate(`${at}.values[${place}]`, value);
      seen.add(value);
    }
    yield* complaints(`${at}.key`, key, isQualifiedName(key));
    if (keys.has(key)) yield duplicate(`${at}.key`, key);
    keys.add(key);
  }
}
