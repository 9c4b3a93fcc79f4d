import { namespaces } from '../../api/core/namespace.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { Registry, Target } from './registry.ts';

/** Faults of a new object, or of a new status, that follow from its namespace. They are named before all others. */
export async function namespaceFaults<T extends KubeObject>(
  registry: Registry,
  { definition, namespace, subresource }: Target<T>,
  next: T,
  previous?: T,
): Promise<FieldError[]> {
  const rules = definition.namespaceRules;
  if (!rules || (previous && subresource !== 'status')) return [];
  const stored = await registry.cache.cacheOf(namespaces).get('', namespace);
  return [...(previous ? (rules.status?.(next, previous, stored?.object) ?? []) : rules.create(next, stored?.object))];
}
