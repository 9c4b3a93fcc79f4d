import type { FieldError } from '../../../../machinery/field-error.ts';
import type { JsonSchema } from '../../../../machinery/structural/json-schema.ts';
import type { RuleScope } from './cel-scope.ts';

/** Faults of the expressions of one schema. */
export function* celFaults(
  _schema: JsonSchema,
  _path: string,
  _scope: RuleScope,
  _uncorrelated: string | undefined,
): Iterable<FieldError> {}
