import type { FieldError } from '../../machinery/field-error.ts';
import type { PersistentVolumeClaim } from '../generated/core-v1.ts';

/** Faults of a claim. */
export function* persistentVolumeClaimRules(_next: PersistentVolumeClaim, _previous?: PersistentVolumeClaim): Iterable<FieldError> {}

/** Faults of a write to the status of a claim. */
export function* persistentVolumeClaimStatusRules(_next: PersistentVolumeClaim, _previous: PersistentVolumeClaim): Iterable<FieldError> {}
