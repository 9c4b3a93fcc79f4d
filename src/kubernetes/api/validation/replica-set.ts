import type { FieldError } from '../../machinery/field-error.ts';
import type { ReplicaSet } from '../generated/apps-v1.ts';

/** Faults of a replica set. */
export function* replicaSetRules(_next: ReplicaSet, _previous?: ReplicaSet): Iterable<FieldError> {}

/** Faults of a write to the status of a replica set. */
export function* replicaSetStatusRules(_next: ReplicaSet, _previous: ReplicaSet): Iterable<FieldError> {}
