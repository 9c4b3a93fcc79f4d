import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { isAlreadyExists } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';

/**
 * Creates those of `objects` that are not there yet, all at once: storage commits what arrives together in one go.
 * Kinds that are not served are left out. `reconcile` may mend an object that is there.
 */
export async function createMissing<T extends KubeObject>(
  store: ObjectStore,
  resource: ResourceType<T>,
  objects: readonly T[],
  reconcile: (existing: T, wanted: T) => T | undefined = () => undefined,
): Promise<void> {
  if (!store.serves(resource)) return;
  await Promise.all(objects.map((object) => createOne(store, resource, object, reconcile)));
}

async function createOne<T extends KubeObject>(
  store: ObjectStore,
  resource: ResourceType<T>,
  wanted: T,
  reconcile: (existing: T, wanted: T) => T | undefined,
): Promise<void> {
  const { namespace = '', name = '' } = wanted.metadata;
  const existing = store.get(resource, namespace, name);
  if (existing) {
    if (reconcile(structuredClone(existing), wanted))
      await store.change(resource, namespace, name, (current) => reconcile(current, wanted));
    return;
  }
  try {
    await store.create(resource, wanted);
  } catch (error) {
    // Another server of the cluster was faster.
    if (!isAlreadyExists(error)) throw error;
  }
}
