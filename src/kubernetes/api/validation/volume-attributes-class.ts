import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, required } from '../../machinery/validation/faults.ts';
import type { VolumeAttributesClass } from '../generated/storage-v1.ts';
import { sameValue } from './equal.ts';
import { parameterRules, provisionerRules } from './storage-class.ts';

/** Faults of a class of volume attributes: it stays as it was made. */
export function* volumeAttributesClassRules(next: VolumeAttributesClass, previous?: VolumeAttributesClass): Iterable<FieldError> {
  const { driverName = '', parameters = {} } = next;
  if (previous) {
    if (driverName !== previous.driverName) yield forbiddenField('driverName', 'updates to driverName are forbidden.');
    if (!sameValue(parameters, previous.parameters)) yield forbiddenField('parameters', 'updates to parameters are forbidden.');
  }
  yield* provisionerRules(driverName, 'driverName');
  if (Object.keys(parameters).length === 0) yield required('parameters', 'must contain at least one key/value pair');
  else yield* parameterRules(parameters, 'parameters');
}
