import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object as lists need it: without managed fields, which are often half of it, and a Secret without its values,
 * which the window gets only by asking for that one Secret.
 */
export function slim(object: KubeObject, resource: ResourceType): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  if (resource.group !== '' || resource.plural !== 'secrets') return { ...object, metadata };
  const { [LAST_APPLIED]: __, ...annotations } = metadata.annotations ?? {};
  const data = Object.fromEntries(Object.keys((object as { data?: Record<string, string> }).data ?? {}).map((key) => [key, '']));
  return { ...object, metadata: { ...metadata, annotations }, data } as KubeObject;
}
