import type { FieldError } from '../../machinery/field-error.ts';
import type { Deployment } from '../generated/apps-v1.ts';

/** Faults of a deployment. */
export function* deploymentRules(_next: Deployment, _previous?: Deployment): Iterable<FieldError> {}

/** Faults of a write to the status of a deployment. */
export function* deploymentStatusRules(_next: Deployment, _previous: Deployment): Iterable<FieldError> {}
