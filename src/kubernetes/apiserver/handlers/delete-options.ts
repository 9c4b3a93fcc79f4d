import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, notSupported } from '../../machinery/validation/faults.ts';
import type { DeleteOptions } from '../writes/delete.ts';
import { rejectOptions } from './query.ts';
import { dryRunFaults } from './write-options.ts';

/** 422 for options that contradict themselves or that nobody knows. */
export function checkDeleteOptions(options: DeleteOptions): void {
  rejectOptions('DeleteOptions', [...optionFaults(options)]);
}

function* optionFaults(options: DeleteOptions): Iterable<FieldError> {
  const { propagationPolicy: policy } = options;
  if (options.orphanDependents !== undefined && policy !== undefined) {
    yield invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set');
  }
  if (policy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(policy)) {
    yield notSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']);
  }
  yield* dryRunFaults(options.dryRun ?? []);
}
