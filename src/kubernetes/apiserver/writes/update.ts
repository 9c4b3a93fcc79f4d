import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { badRequest, conflict, notFound } from '../../machinery/status.ts';
import { inWriteOrder, type StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from './context.ts';
import { placeInNamespace, unstored } from './create.ts';
import { sameValue } from './equal.ts';
import { keepTimesIfUnchanged, recordOwner } from './field-owners.ts';
import { within } from './kind-hooks.ts';
import { namespaceFaults } from './namespace-rules.ts';
import { dropRepeatedOwners } from './owner-references.ts';
import { admissionAttributes, type Registry, type Target } from './registry.ts';
import { shapeOf } from './update-shapes.ts';
import { rejectFaults, warnAbout } from './validate.ts';
import { checkVersion, MODIFIED } from './versions.ts';

/** How often a change is tried again when others keep writing in between. */
const ATTEMPTS = 100;

/** Makes the next version from the present one. Must return an object of its own and leave `current` as it is. */
export type Transform<T extends KubeObject> = (current: StoredObject<T>) => T | Promise<T>;

/** Changes an existing object. A resource version in what `transform` returns must be the present one. */
export async function updateObject<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  transform: Transform<T>,
  write: WriteContext,
): Promise<StoredObject<T>> {
  const cache = registry.cache.cacheOf(target.definition);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Another server may have written what this one has not seen yet.
    await registry.cache.catchUp();
    const current = await cache.get(target.namespace, target.name);
    if (!current) throw notFound(target.definition, target.name);
    const next = await transform(current);
    checkVersion(target, next, current);
    const stored = await updateFrom(registry, target, current, next, write);
    if (stored) return stored;
  }
  throw conflict(target.definition, target.name, MODIFIED);
}

async function updateFrom<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  current: StoredObject<T>,
  next: T,
  write: WriteContext,
): Promise<StoredObject<T> | undefined> {
  const { definition } = target;
  const attributes = admissionAttributes('UPDATE', target, write, { object: next, oldObject: current.object });
  dropRepeatedOwners(next, write);
  if (write.fieldManager) recordOwner(definition, target.subresource, current.object, next, write.fieldManager, registry.clock.now());
  if (write.admission) await registry.admission.mutate(attributes);
  placeInNamespace(target, next);
  keepSystemFields(next, current.object);
  // A write that names no version means the present one.
  next.metadata.resourceVersion ||= current.object.metadata.resourceVersion;
  const hooks = target.subresource === '' ? registry.hooks.of(definition) : undefined;
  const transaction = await hooks?.beginUpdate(next, current.object, write);
  return within(transaction, async () => {
    const shape = shapeOf(target.subresource);
    shape.prepare(definition, next, current.object, registry.clock.now());
    const own = await namespaceFaults(registry, target, next, current.object);
    rejectFaults(definition, next, [...own, ...shape.faults(definition, next, current.object)]);
    warnAbout(definition, next, current.object, write);
    if (write.admission) await registry.admission.validate(attributes);
    return saveUpdate(registry, target, current, next, write);
  });
}

async function saveUpdate<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  current: StoredObject<T>,
  next: T,
  write: WriteContext,
): Promise<StoredObject<T> | undefined> {
  const { definition } = target;
  next.metadata.resourceVersion = current.object.metadata.resourceVersion;
  if (write.dryRun) return unstored(definition, target, next);
  if (nothingHoldsIt(next)) {
    if ((await registry.writer.remove(current)) === undefined) return undefined;
    await registry.hooks.of(definition)?.afterDelete(current.object);
    return unstored(definition, target, next);
  }
  keepTimesIfUnchanged(next, current.object);
  if (!registry.writer.isStale(current) && sameBytes(definition, current, next)) return current;
  return registry.writer.replace(definition, current, next);
}

/** True for a deleted object whose last finalizer is gone and that needs no more time: this update removes it. */
function nothingHoldsIt(object: KubeObject): boolean {
  const { metadata, kind, spec } = object as KubeObject & { spec?: { finalizers?: string[] } };
  if (kind === 'Namespace' && spec?.finalizers?.length) return false;
  return metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length && !metadata.deletionGracePeriodSeconds;
}

function sameBytes<T extends KubeObject>(definition: ResourceDefinition<T>, current: StoredObject<T>, next: T): boolean {
  return sameValue({ ...inWriteOrder(definition, next), metadata: next.metadata }, current.object);
}

/** What only the server sets stays as it was; what clients may not change, but said, is left for validation to refuse. */
function keepSystemFields({ metadata }: KubeObject, { metadata: before }: KubeObject): void {
  metadata.uid ||= before.uid;
  if (before.creationTimestamp) metadata.creationTimestamp = before.creationTimestamp;
  if (before.deletionTimestamp) metadata.deletionTimestamp = before.deletionTimestamp;
  metadata.deletionGracePeriodSeconds ??= before.deletionGracePeriodSeconds;
  if (metadata.deletionGracePeriodSeconds === undefined) delete metadata.deletionGracePeriodSeconds;
  if (before.generation === undefined) delete metadata.generation;
  else metadata.generation = before.generation;
}

/** The name in the body must be the URL's. */
export function checkName(target: Target, object: KubeObject): void {
  const said = object.metadata.name ?? '';
  if (said === '') throw badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`);
  if (said !== target.name) {
    throw badRequest(`the name of the object (${said}) does not match the name on the URL (${target.name})`);
  }
}
