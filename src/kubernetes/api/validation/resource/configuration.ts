import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue, required, tooLong } from '../../../machinery/validation/faults.ts';
import type { DeviceConfiguration } from '../../generated/resource-v1.ts';
import { driverNameRules } from './names.ts';

const MAX_PARAMETERS = 10 * 1024;
/** What classes, claims and allocations may have of configurations. */
export const MAX_CONFIGS = 32;

/** Faults of what a driver is told about devices. `stored` ones may be as long as they were. */
export function* configurationRules({ opaque }: DeviceConfiguration, path: string, stored = false): Iterable<FieldError> {
  if (!opaque) {
    yield required(`${path}.opaque`);
    return;
  }
  yield* driverNameRules(opaque.driver ?? '', `${path}.opaque.driver`);
  yield* rawObjectRules(opaque.parameters, `${path}.opaque.parameters`, stored ? Number.POSITIVE_INFINITY : MAX_PARAMETERS);
}

/** Faults of an object that only a driver understands. */
export function* rawObjectRules(value: unknown, path: string, maxLength: number): Iterable<FieldError> {
  if (value === undefined || value === null) yield required(path);
  else if (new TextEncoder().encode(JSON.stringify(value)).length > maxLength) yield tooLong(path, maxLength);
  else if (typeof value !== 'object' || Array.isArray(value)) yield invalidValue(path, '<value omitted>', 'must be a valid JSON object');
}
