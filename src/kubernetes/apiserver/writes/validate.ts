import type { ResourceDefinition } from '../../api/define.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { invalid } from '../../machinery/status.ts';
import type { WriteContext } from './context.ts';

/** Throws 422 with every fault, if there is any. */
export function rejectFaults(definition: ResourceDefinition, object: KubeObject, faults: Iterable<FieldError>): void {
  const found = [...faults];
  if (found.length > 0) throw invalid(definition, object.metadata.name ?? '', found);
}

/** Passes on what the kind has to say about a write that is allowed. */
export function warnAbout(definition: ResourceDefinition, next: KubeObject, previous: KubeObject | undefined, write: WriteContext): void {
  for (const text of definition.warnings?.(next, previous) ?? []) write.warn(text);
}
