import type { FieldError } from '../../machinery/field-error.ts';
import type { DaemonSet } from '../generated/apps-v1.ts';

/** Faults of a daemon set. */
export function* daemonSetRules(_next: DaemonSet, _previous?: DaemonSet): Iterable<FieldError> {}

/** Faults of a write to the status of a daemon set. */
export function* daemonSetStatusRules(_next: DaemonSet, _previous: DaemonSet): Iterable<FieldError> {}
