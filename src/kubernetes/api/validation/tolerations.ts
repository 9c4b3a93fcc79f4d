import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported } from '../../machinery/validation/faults.ts';
import { isLabelValue, isQualifiedName } from '../../machinery/validation/names.ts';
import type { Toleration } from '../generated/core-v1.ts';
import { taintEffectRules } from './node.ts';

const OPERATORS = ['Equal', 'Exists'];

/** Faults of the taints a pod puts up with. */
export function* tolerationsRules(tolerations: readonly Toleration[], path: string): Iterable<FieldError> {
  for (const [index, toleration] of tolerations.entries()) yield* tolerationRules(toleration, `${path}[${index}]`);
}

function* tolerationRules(toleration: Toleration, path: string): Iterable<FieldError> {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  if (key) yield* complaints(`${path}.key`, key, isQualifiedName(key));
  else if (operator !== 'Exists')
    yield invalidValue(
      `${path}.operator`,
      operator,
      'operator must be Exists when `key` is empty, which means "match all values and all keys"',
    );
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    yield invalidValue(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  yield* operatorRules(operator, value, `${path}.operator`);
  yield* taintEffectRules(effect, true, `${path}.effect`);
}

function* operatorRules(operator: string, value: string, path: string): Iterable<FieldError> {
  if (operator === 'Equal' || operator === '') {
    const faults = isLabelValue(value);
    if (faults.length) yield invalidValue(path, value, faults.join(';'));
  } else if (operator === 'Exists') {
    if (value) yield invalidValue(path, value, "value must be empty when `operator` is 'Exists'");
  } else yield notSupported(path, operator, OPERATORS);
}
