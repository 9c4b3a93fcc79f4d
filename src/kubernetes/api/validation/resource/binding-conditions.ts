import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, duplicate, invalidValue } from '../../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../../machinery/validation/names.ts';
import { listRules } from './lists.ts';

const MAX_CONDITIONS = 4;

interface BindingConditions {
  bindingConditions?: readonly string[];
  bindingFailureConditions?: readonly string[];
}

/** Faults of the conditions that a pod waits for before it is bound: both kinds or none, each once. */
export function* bindingConditionsRules(holder: BindingConditions, path: string): Iterable<FieldError> {
  const [ready, failed] = [shown(holder.bindingConditions), shown(holder.bindingFailureConditions)];
  const [readyPath, failedPath] = [`${path}.bindingConditions`, `${path}.bindingFailureConditions`];
  yield* listRules(ready, MAX_CONDITIONS, readyPath, conditionRules);
  yield* listRules(failed, MAX_CONDITIONS, failedPath, conditionRules);
  for (const index of repeated(ready)) yield duplicate(`${readyPath}[${index}]`, ready?.[index]);
  const again = new Set(repeated(failed));
  for (const [index, condition] of (failed ?? []).entries()) {
    if (again.has(index)) yield duplicate(`${failedPath}[${index}]`, condition);
    if (ready?.includes(condition))
      yield invalidValue(`${failedPath}[${index}]`, condition, 'bindingFailureConditions must not overlap with bindingConditions');
  }
  if (!ready?.length && failed?.length)
    yield invalidValue(readyPath, ready ?? null, 'bindingConditions are required to use bindingFailureConditions');
  if (!failed?.length && ready?.length)
    yield invalidValue(failedPath, failed ?? null, 'bindingFailureConditions are required to use bindingConditions');
}

const shown = (conditions: readonly string[] | undefined): string[] | undefined => conditions?.map((condition) => condition ?? '');

const conditionRules = (condition: string, path: string): Iterable<FieldError> => complaints(path, condition, isQualifiedName(condition));

/** Where a condition stands that stood before. */
function repeated(conditions: readonly string[] = []): number[] {
  return [...conditions.keys()].filter((index) => conditions.indexOf(conditions[index] ?? '') < index);
}
