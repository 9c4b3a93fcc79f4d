import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { metadataRules, metadataUpdateRules } from '../../machinery/validation/object-meta.ts';
import type { ResourceDefinition } from '../define.ts';

const BOTH = ['update', 'whole'] as const;

/** Every fault of a new object, or of changing `previous` to `next`: metadata first, then the kind's own rules. */
export function* objectFaults<T extends KubeObject>(definition: ResourceDefinition<T>, next: T, previous?: T): Iterable<FieldError> {
  if (previous) yield* metadataUpdateFaults(definition, next, previous);
  else yield* metadataFaults(definition, next);
  yield* definition.rules?.(next, previous) ?? [];
}

function metadataFaults<T extends KubeObject>(definition: ResourceDefinition<T>, object: T, again = false): Iterable<FieldError> {
  return metadataRules(object.metadata, {
    namespaced: definition.namespaced,
    nameRule: definition.nameRule ?? 'dnsSubdomain',
    ...(definition.anyGenerateName ? { prefixRule: again ? ('any' as const) : ('pathSegment' as const) } : {}),
    standardFinalizers: !definition.anyFinalizer,
  });
}

/** Upstream checks updated metadata two to four times over, and its answers list each fault as often. */
function* metadataUpdateFaults<T extends KubeObject>(definition: ResourceDefinition<T>, next: T, previous: T): Iterable<FieldError> {
  yield* metadataRules(next.metadata, { namespaced: definition.namespaced, nameRule: 'pathSegment' });
  yield* metadataUpdateRules(next.metadata, previous.metadata);
  const repeated = definition.metadataOnUpdate ?? BOTH;
  for (const check of repeated) {
    if (check === 'whole') yield* metadataFaults(definition, next, true);
    else yield* metadataUpdateRules(next.metadata, previous.metadata, { standardFinalizers: !definition.anyFinalizer });
  }
}

/** Faults of writing the status of `previous`: metadata, then the kind's own rules for its status. */
export function* statusFaults<T extends KubeObject>(definition: ResourceDefinition<T>, next: T, previous: T): Iterable<FieldError> {
  yield* metadataRules(next.metadata, { namespaced: definition.namespaced, nameRule: 'pathSegment' });
  yield* metadataUpdateRules(next.metadata, previous.metadata);
  yield* definition.statusRules?.(next, previous) ?? [];
}
