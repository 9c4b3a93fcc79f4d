import type { ResourceDefinition } from '../../api/define.ts';
import { objectFaults, statusFaults } from '../../api/validation/object.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { invalid } from '../../machinery/status.ts';
import type { WriteContext } from './context.ts';

/** Throws 422 with every fault of a create (`previous` absent) or update; passes warnings on. */
export function rejectInvalid<T extends KubeObject>(
  definition: ResourceDefinition<T>,
  next: T,
  previous: T | undefined,
  write: WriteContext,
): void {
  const faults = [...objectFaults(definition, next, previous)];
  if (faults.length > 0) throw invalid(definition, next.metadata.name ?? '', faults);
  for (const text of definition.warnings?.(next, previous) ?? []) write.warn(text);
}

/** The same for a write of the status alone. */
export function rejectInvalidStatus<T extends KubeObject>(definition: ResourceDefinition<T>, next: T, previous: T): void {
  const faults = [...statusFaults(definition, next, previous)];
  if (faults.length > 0) throw invalid(definition, next.metadata.name ?? '', faults);
}
