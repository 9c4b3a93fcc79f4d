import type { FieldError } from '../../machinery/field-error.ts';
import type { Job } from '../generated/batch-v1.ts';

/** Faults of a job. */
export function* jobRules(_next: Job, _previous?: Job): Iterable<FieldError> {}

/** Faults of a write to the status of a job. */
export function* jobStatusRules(_next: Job, _previous: Job): Iterable<FieldError> {}
