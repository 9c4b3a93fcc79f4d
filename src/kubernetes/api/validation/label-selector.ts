import type { FieldError } from '../../machinery/field-error.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../machinery/meta.ts';
import { complaints, forbiddenField, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isLabelValue, isQualifiedName } from '../../machinery/validation/names.ts';
import { labelRules } from '../../machinery/validation/object-meta.ts';

/** Faults of a LabelSelector. Some kinds never checked values and keep taking any. */
export function* labelSelectorRules(
  selector: LabelSelector | null | undefined,
  path: string,
  options: { anyValue?: boolean } = {},
): Iterable<FieldError> {
  if (!selector) return;
  yield* labelRules(selector.matchLabels, `${path}.matchLabels`);
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries()) {
    yield* requirementRules(requirement, `${path}.matchExpressions[${index}]`, options.anyValue ?? false);
  }
}

function* requirementRules(
  { key = '', operator, values = [] }: LabelSelectorRequirement,
  path: string,
  anyValue: boolean,
): Iterable<FieldError> {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (!values?.length) yield required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values?.length) yield forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      break;
    default:
      yield invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator');
  }
  yield* complaints(`${path}.key`, key, isQualifiedName(key));
  if (anyValue) return;
  for (const [index, value] of (values ?? []).entries()) yield* complaints(`${path}.values[${index}]`, value, isLabelValue(value));
}

/** Whether a LabelSelector can be turned into a selector at all. */
export function isSelector(selector: LabelSelector | null | undefined): boolean {
  return [...labelSelectorRules(selector, '')].length === 0;
}
