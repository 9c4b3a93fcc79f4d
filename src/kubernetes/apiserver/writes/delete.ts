import type { KubeObject } from '../../machinery/meta.ts';
import { conflict, notFound } from '../../machinery/status.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from './context.ts';
import { unstored } from './create.ts';
import { deletionOf } from './deletion.ts';
import { admissionAttributes, type Registry, type Target } from './registry.ts';

/** metav1.DeleteOptions. */
export interface DeleteOptions {
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  orphanDependents?: boolean;
  dryRun?: string[];
}

export interface Deleted<T extends KubeObject> {
  /** The object as it last was, or as it now waits for its end. */
  readonly stored: StoredObject<T>;
  /** False while finalizers or a grace period hold it. */
  readonly gone: boolean;
}

const ATTEMPTS = 100;

/** Deletes one object, or marks it for deletion where finalizers or a grace period say so. */
export async function deleteObject<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  options: DeleteOptions,
  write: WriteContext,
): Promise<Deleted<T>> {
  const cache = registry.cache.cacheOf(target.definition);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Another server may have written what this one has not seen yet.
    await registry.cache.catchUp();
    const current = await cache.get(target.namespace, target.name);
    if (!current) throw notFound(target.definition, target.name);
    checkPreconditions(target, options, current);
    if (write.admission) await admitDelete(registry, target, current, options, write);
    const deleted = await deleteVersion(registry, target, current, options, write);
    if (deleted) return deleted;
  }
  throw conflict(target.definition, target.name, 'the object keeps changing; please try again');
}

/** Undefined when somebody else wrote first. */
async function deleteVersion<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  current: StoredObject<T>,
  options: DeleteOptions,
  write: WriteContext,
): Promise<Deleted<T> | undefined> {
  const { definition } = target;
  const { marked, remove } = deletionOf(definition, current.object, options, registry.clock.now());
  if (write.dryRun) return { stored: marked ? unstored(definition, target, marked) : current, gone: remove };
  const stored = marked ? await registry.writer.replace(definition, current, marked) : current;
  if (!stored || !remove) return stored && { stored, gone: false };
  return removeVersion(registry, target, stored);
}

/** Answers with the object as of its end. */
async function removeVersion<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  last: StoredObject<T>,
): Promise<Deleted<T> | undefined> {
  const revision = await registry.writer.remove(last);
  if (revision === undefined) return undefined;
  await registry.hooks.of(target.definition)?.afterDelete(last.object);
  const object = { ...last.object, metadata: { ...last.object.metadata, resourceVersion: String(revision) } };
  return { stored: unstored(target.definition, target, object), gone: true };
}

/** 409 where the options name another object, or another version of it. */
export function checkPreconditions(target: Target, { preconditions }: DeleteOptions, current: StoredObject): void {
  for (const [field, shown] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const wanted = preconditions?.[field];
    const present = current.object.metadata[field];
    if (wanted !== undefined && wanted !== present) throw preconditionFailed(target, field, shown, wanted, present ?? '');
  }
}

function preconditionFailed(
  { definition, name }: Target,
  field: 'uid' | 'resourceVersion',
  shown: string,
  wanted: string,
  present: string,
) {
  const { group, kind } = definition;
  if (group === '' && kind === 'Namespace') {
    return conflict(definition, name, `Precondition failed: ${shown} in precondition: ${wanted}, ${shown} in object meta: ${present}`);
  }
  const what = `the ${shown} in the precondition (${wanted}) does not match the ${shown} in record (${present})`;
  const guess = `The object might have been ${field === 'uid' ? 'deleted and then recreated' : 'modified'}`;
  return conflict({ group, plural: kind }, name, `${what}. ${guess}`);
}

async function admitDelete(
  registry: Registry,
  target: Target,
  current: StoredObject,
  options: DeleteOptions,
  write: WriteContext,
): Promise<void> {
  const attributes = admissionAttributes('DELETE', target, write, { oldObject: current.object, options });
  await registry.admission.mutate(attributes);
  await registry.admission.validate(attributes);
}
