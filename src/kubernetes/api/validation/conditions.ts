import type { FieldError } from '../../machinery/field-error.ts';
import type { Condition } from '../../machinery/meta.ts';
import { complaints, duplicate, invalidValue, notSupported, required, tooLong } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';

const STATUSES = ['False', 'True', 'Unknown'];
const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_FAULT =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' " +
  `(e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`;

/** Faults of a list of conditions of the common kind. */
export function* conditionRules(conditions: readonly Condition[] | undefined, path: string): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, condition] of (conditions ?? []).entries()) {
    const { type = '' } = condition;
    if (seen.has(type)) yield duplicate(`${path}[${index}].type`, type);
    seen.add(type);
    yield* oneConditionRules(condition, `${path}[${index}]`);
  }
}

function* oneConditionRules(condition: Condition, path: string): Iterable<FieldError> {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  yield* complaints(`${path}.type`, type, isQualifiedName(type));
  if (!STATUSES.includes(status)) yield notSupported(`${path}.status`, status, STATUSES);
  if (observedGeneration < 0) yield invalidValue(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero');
  if (!lastTransitionTime) yield required(`${path}.lastTransitionTime`, 'must be set');
  if (reason === '') yield required(`${path}.reason`, 'must be set');
  else {
    if (!new RegExp(`^${REASON}$`).test(reason)) yield invalidValue(`${path}.reason`, reason, REASON_FAULT);
    if (reason.length > MAX_REASON) yield tooLong(`${path}.reason`, MAX_REASON);
  }
  if (message.length > MAX_MESSAGE) yield tooLong(`${path}.message`, MAX_MESSAGE);
}
