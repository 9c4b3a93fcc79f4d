import type { FieldError } from '../../machinery/field-error.ts';
import type { Node } from '../generated/core-v1.ts';

/** Faults of a node. */
export function* nodeRules(_next: Node, _previous?: Node): Iterable<FieldError> {}

/** Faults of a write to the status of a node. */
export function* nodeStatusRules(_next: Node, _previous: Node): Iterable<FieldError> {}
