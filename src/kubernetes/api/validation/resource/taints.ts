import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isLabelValue, isQualifiedName } from '../../../machinery/validation/names.ts';
import type { DeviceTaint, DeviceToleration } from '../../generated/resource-v1.ts';

const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

/** Faults of a taint of a device. */
export function* deviceTaintRules({ key = '', value = '', effect }: DeviceTaint, path: string): Iterable<FieldError> {
  yield* complaints(`${path}.key`, key, isQualifiedName(key));
  if (value !== '') yield* complaints(`${path}.value`, value, isLabelValue(value));
  if (!effect) yield required(`${path}.effect`);
  else yield* effectRules(effect, path);
}

/** Faults of tolerating taints of devices. */
export function* deviceTolerationRules(toleration: DeviceToleration, path: string): Iterable<FieldError> {
  const { key = '', operator, value = '', effect } = toleration;
  if (key !== '') yield* complaints(`${path}.key`, key, isQualifiedName(key));
  switch (operator) {
    case 'Exists':
      if (value !== '') yield invalidValue(`${path}.value`, value, 'must be empty for operator `Exists`');
      break;
    case 'Equal':
      yield* complaints(`${path}.value`, value, isLabelValue(value));
      break;
    default:
      if (operator) yield notSupported(`${path}.operator`, operator, ['Equal', 'Exists']);
      else yield required(`${path}.operator`);
  }
  if (effect) yield* effectRules(effect, path);
}

function* effectRules(effect: string, path: string): Iterable<FieldError> {
  if (!EFFECTS.includes(effect)) yield notSupported(`${path}.effect`, effect, EFFECTS);
}
