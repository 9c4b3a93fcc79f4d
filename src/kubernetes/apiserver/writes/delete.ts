import type { ResourceDefinition } from '../../api/define.ts';
import { formatTime, type KubeObject } from '../../machinery/meta.ts';
import { conflict, notFound } from '../../machinery/status.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from './context.ts';
import { deletionFinalizers } from './propagation.ts';
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

/** How long an object of this kind gets after a delete: only pods take time to die. */
type GracePeriod = (object: KubeObject, requested: number | undefined) => number | undefined;

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

async function deleteVersion<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  current: StoredObject<T>,
  options: DeleteOptions,
  write: WriteContext,
): Promise<Deleted<T> | undefined> {
  const marked = markDeleted(target.definition, current.object, options, registry.clock.now());
  if (!marked) {
    if (write.dryRun) return { stored: current, gone: true };
    if (!(await registry.writer.remove(current))) return undefined;
    await registry.hooks.of(target.definition)?.afterDelete(current.object);
    return { stored: current, gone: true };
  }
  if (marked === current.object || write.dryRun) return { stored: current, gone: false };
  const stored = await registry.writer.replace(target.definition, current, marked);
  return stored && { stored, gone: false };
}

/** The object waiting for its end; itself when nothing changes; undefined when it can go at once. */
function markDeleted<T extends KubeObject>(
  definition: ResourceDefinition<T>,
  object: T,
  options: DeleteOptions,
  now: number,
): T | undefined {
  const { metadata } = object;
  if (definition.kind === 'Namespace' && definition.group === '') return terminated(object, now);
  if (definition.beginDeletion && !metadata.deletionTimestamp) return definition.beginDeletion(object, now);
  const grace = gracePeriodOf(definition)(object, options.gracePeriodSeconds);
  const finalizers = deletionFinalizers(definition as ResourceDefinition, metadata.finalizers ?? [], options);
  if (finalizers.length === 0 && !grace) return undefined;
  const already = metadata.deletionTimestamp !== undefined;
  const shorter = already && grace !== undefined && grace < (metadata.deletionGracePeriodSeconds ?? 0);
  const sameFinalizers = finalizers.join() === (metadata.finalizers ?? []).join();
  if (already && sameFinalizers && !shorter) return object;

  const next = { ...object, metadata: { ...metadata } };
  if (finalizers.length > 0) next.metadata.finalizers = finalizers;
  else delete next.metadata.finalizers;
  if (!already || shorter) {
    next.metadata.deletionTimestamp = deletionTime(metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds, grace ?? 0, now);
    next.metadata.deletionGracePeriodSeconds = grace ?? 0;
  }
  if (!already && metadata.generation) next.metadata.generation = metadata.generation + 1;
  return next;
}

interface NamespaceLike extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: object;
}

/** A namespace waits for the namespace controller to empty it, and for that to take the finalizers off its spec. */
function terminated<T extends KubeObject>(object: T, now: number): T | undefined {
  const { metadata, spec, status } = object as NamespaceLike;
  if (!spec?.finalizers?.length && !metadata.finalizers?.length) return undefined;
  if (metadata.deletionTimestamp) return object;
  return { ...object, metadata: { ...metadata, deletionTimestamp: formatTime(now) }, status: { ...status, phase: 'Terminating' } };
}

/** A shortened grace period counts from when deletion began. */
function deletionTime(before: string | undefined, graceBefore: number | undefined, grace: number, now: number): string {
  if (before === undefined) return formatTime(now + grace * 1000);
  const began = Date.parse(before) - (graceBefore ?? 0) * 1000;
  return formatTime(Math.max(began + grace * 1000, Math.min(now, Date.parse(before))));
}

function gracePeriodOf(definition: ResourceDefinition): GracePeriod {
  return definition.kind === 'Pod' && definition.group === '' ? podGracePeriod : () => undefined;
}

interface PodLike extends KubeObject {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** Pods that run nowhere, or have finished, need no time; a pod's own spec says how much where the request does not. */
function podGracePeriod(object: KubeObject, requested: number | undefined): number | undefined {
  const { spec, status } = object as PodLike;
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 30;
  return period < 0 ? 1 : period;
}

function checkPreconditions(target: Target, { preconditions }: DeleteOptions, current: StoredObject): void {
  const { uid, resourceVersion } = current.object.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      { group: target.definition.group, plural: target.definition.kind },
      target.name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      { group: target.definition.group, plural: target.definition.kind },
      target.name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
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
