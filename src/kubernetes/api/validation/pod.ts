import type { FieldError } from '../../machinery/field-error.ts';
import { required } from '../../machinery/validation/faults.ts';
import type { Pod } from '../generated/core-v1.ts';

/** Faults of a pod. */
export function* podRules(next: Pod, _previous?: Pod): Iterable<FieldError> {
  if (!next.spec?.containers?.length) yield required('spec.containers');
}

/** Faults of a write to the status of a pod. */
export function* podStatusRules(_next: Pod, _previous: Pod): Iterable<FieldError> {}
