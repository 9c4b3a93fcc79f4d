import type { FieldError } from '../../machinery/field-error.ts';
import type { EndpointSlice } from '../generated/discovery-v1.ts';

/** Faults of an endpoint slice. */
export function* endpointSliceRules(_next: EndpointSlice, _previous?: EndpointSlice): Iterable<FieldError> {}
