import type { ResourceDefinition } from '../../api/define.ts';
import type { DeleteOptions } from './delete.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** The finalizers an object has once it is deleted this way: how the garbage collector learns what to do with dependents. */
export function deletionFinalizers(definition: ResourceDefinition, finalizers: readonly string[], options: DeleteOptions): string[] {
  const others = finalizers.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  const had = others.length < finalizers.length;
  const wanted = wantedFinalizer(definition, finalizers, options);
  if (wanted === undefined) return others;
  return had && finalizers.includes(wanted) && others.length === finalizers.length - 1 ? [...finalizers] : [...others, wanted];
}

function wantedFinalizer(definition: ResourceDefinition, finalizers: readonly string[], options: DeleteOptions): string | undefined {
  if (definition.dependents === 'none') return undefined;
  if (options.orphanDependents !== undefined) return options.orphanDependents ? ORPHAN : undefined;
  switch (options.propagationPolicy) {
    case 'Orphan':
      return ORPHAN;
    case 'Foreground':
      return FOREGROUND;
    case 'Background':
      return undefined;
    default:
      // Without a policy, what an earlier delete or the owner asked for holds.
      if (finalizers.includes(ORPHAN)) return ORPHAN;
      if (finalizers.includes(FOREGROUND)) return FOREGROUND;
      return definition.dependents === 'orphaned' ? ORPHAN : undefined;
  }
}
