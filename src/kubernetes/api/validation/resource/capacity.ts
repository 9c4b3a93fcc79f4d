import type { FieldError } from '../../../machinery/field-error.ts';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, type Quantity, signOf } from '../../../machinery/quantity.ts';
import { forbiddenField, invalidValue, required } from '../../../machinery/validation/faults.ts';
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity } from '../../generated/resource-v1.ts';
import { setRules } from './lists.ts';

const MAX_VALID_VALUES = 10;
const MAX_INT64 = 2n ** 63n - 1n;

/** Faults of a capacity of a device; how it may be requested only matters where requests share the device. */
export function* capacityRules({ value, requestPolicy }: DeviceCapacity, path: string, shared: boolean): Iterable<FieldError> {
  if (!requestPolicy) return;
  const at = `${path}.requestPolicy`;
  if (!shared) yield forbiddenField(at, 'allowMultipleAllocations must be true');
  else yield* policyRules(value ?? '0', requestPolicy, at);
}

function* policyRules(capacity: string, policy: CapacityRequestPolicy, path: string): Iterable<FieldError> {
  // Written out as null where it is absent.
  const { default: standard, validRange } = policy;
  const validValues = policy.validValues ?? [];
  if (validValues.length > 0 && validRange) {
    yield forbiddenField(path, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time');
  } else if (validValues.length > 0) {
    if (standard === undefined || standard === null) yield required(`${path}.default`, 'required when validValues is defined');
    else yield* valuesRules(standard, capacity, validValues, `${path}.validValues`);
  } else if (validRange) {
    if (standard === undefined || standard === null) yield required(`${path}.default`, 'required when validRange is defined');
    else yield* rangeRules(standard, capacity, validRange, `${path}.validRange`);
  }
}

function* valuesRules(standard: string, capacity: string, values: readonly string[], path: string): Iterable<FieldError> {
  for (let index = 1; index < values.length; index++) {
    const [before = '0', value = '0'] = values.slice(index - 1, index + 1);
    if (compareQuantities(before, value) > 0) yield invalidValue(`${path}[${index}]`, value, 'values must be sorted in ascending order');
  }
  yield* setRules(values, MAX_VALID_VALUES, path, wholeKey, function* (value, at) {
    if (compareQuantities(value, capacity) > 0) yield invalidValue(at, value, `option is larger than capacity value: ${capacity}`);
  });
  const known = values.length <= MAX_VALID_VALUES && values.some((value) => compareQuantities(value, standard) === 0);
  if (!known) yield invalidValue(path, standard, 'default value is not valid according to the requestPolicy');
}

const wholeKey = (value: string): string => String(wholeOf(parseQuantity(value)));

function* rangeRules(standard: string, capacity: string, range: CapacityRequestPolicyRange, path: string): Iterable<FieldError> {
  const { min, max, step } = range;
  if (min === undefined || min === null) {
    yield required(`${path}.min`, 'required when validRange is defined');
    return;
  }
  const above = (a: string, b: string): boolean => compareQuantities(a, b) > 0;
  if (above(min, capacity)) yield invalidValue(`${path}.min`, min, `min is larger than capacity value: ${capacity}`);
  if (above(min, standard)) yield invalidValue(`${path}.min`, standard, `default is less than min: ${min}`);
  if (max) {
    if (above(min, max)) yield invalidValue(`${path}.max`, min, `min is larger than max: ${max}`);
    if (above(max, capacity)) yield invalidValue(`${path}.max`, max, `max is larger than capacity value: ${capacity}`);
    if (above(standard, max)) yield invalidValue(`${path}.max`, standard, `default is more than max: ${max}`);
  }
  if (step) yield* stepRules({ standard, capacity, min, max, step }, `${path}.step`);
}

interface Steps {
  readonly standard: string;
  readonly capacity: string;
  readonly min: string;
  readonly max: string | undefined;
  readonly step: string;
}

function* stepRules({ standard, capacity, min, max, step }: Steps, path: string): Iterable<FieldError> {
  if (signOf(step) <= 0) {
    yield invalidValue(path, step, 'must be greater than zero');
    return;
  }
  const first = addQuantities(min, step);
  if (compareQuantities(first, capacity) > 0)
    yield invalidValue(path, step, `one step ${formatQuantity(first)} is larger than capacity value: ${capacity}`);
  for (const value of max ? [standard, max] : [standard]) {
    const distance = wholeOf(parseQuantity(value)) - wholeOf(parseQuantity(min));
    if (distance % wholeOf(parseQuantity(step)) !== 0n)
      yield invalidValue(path, value, `value is not a multiple of a given step (${step}) from (${min})`);
  }
}

/** Rounded away from zero to a whole number. */
function wholeOf({ mantissa, exponent }: Quantity): bigint {
  if (exponent >= 0) return exponent > 20 ? MAX_INT64 : mantissa * 10n ** BigInt(exponent);
  const scale = 10n ** BigInt(-exponent);
  const whole = mantissa / scale;
  if (mantissa % scale === 0n) return whole;
  return mantissa < 0n ? whole - 1n : whole + 1n;
}
