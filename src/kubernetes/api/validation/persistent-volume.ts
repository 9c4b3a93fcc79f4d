import type { FieldError } from '../../machinery/field-error.ts';
import type { PersistentVolume } from '../generated/core-v1.ts';

/** Faults of a persistent volume. */
export function* persistentVolumeRules(_next: PersistentVolume, _previous?: PersistentVolume): Iterable<FieldError> {}

/** Faults of a write to the status of a persistent volume. */
export function* persistentVolumeStatusRules(next: PersistentVolume): Iterable<FieldError> {
  if (!next.metadata.resourceVersion) yield { type: 'FieldValueRequired', field: 'resourceVersion', message: 'Required value' };
}
