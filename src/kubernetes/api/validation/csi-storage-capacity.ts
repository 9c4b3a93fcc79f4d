import type { FieldError } from '../../machinery/field-error.ts';
import { signOf } from '../../machinery/quantity.ts';
import { complaints, immutable, invalidValue } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { CSIStorageCapacity } from '../generated/storage-v1.ts';
import { sameValue } from './equal.ts';
import { labelSelectorRules } from './label-selector.ts';
import { shownSelector } from './workload.ts';

/** Faults of how much space a storage class has left somewhere. */
export function* csiStorageCapacityRules(next: CSIStorageCapacity, previous?: CSIStorageCapacity): Iterable<FieldError> {
  yield* labelSelectorRules(next.nodeTopology, 'nodeTopology');
  const { storageClassName = '' } = next;
  yield* complaints('storageClassName', storageClassName, isDns1123Subdomain(storageClassName));
  const { capacity } = next;
  if (capacity !== undefined && signOf(capacity) < 0) yield invalidValue('capacity', capacity, 'must be greater than or equal to 0');
  if (!previous) return;
  if (!sameValue(next.nodeTopology, previous.nodeTopology)) yield immutable('nodeTopology', shownSelector(next.nodeTopology));
  if (storageClassName !== previous.storageClassName) yield immutable('storageClassName', storageClassName);
}
