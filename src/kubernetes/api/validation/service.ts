import type { FieldError } from '../../machinery/field-error.ts';
import type { Service } from '../generated/core-v1.ts';

/** Faults of a service. */
export function* serviceRules(_next: Service, _previous?: Service): Iterable<FieldError> {}

/** Faults of a write to the status of a service. */
export function* serviceStatusRules(_next: Service, _previous: Service): Iterable<FieldError> {}
