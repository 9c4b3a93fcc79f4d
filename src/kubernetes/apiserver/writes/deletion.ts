import type { ResourceDefinition } from '../../api/define.ts';
import { formatTime, type KubeObject, type ObjectMeta } from '../../machinery/meta.ts';
import type { DeleteOptions } from './delete.ts';
import { deletionFinalizers } from './propagation.ts';

/** What a delete does to an object. */
export interface Deletion<T extends KubeObject> {
  /** The object as it is now to be stored; absent where that stays as it is. */
  readonly marked?: T;
  /** Whether the object goes at once, after what is marked is stored. */
  readonly remove: boolean;
}

/** Decides what a delete of `object` does. `object` itself is not changed. */
export function deletionOf<T extends KubeObject>(
  definition: ResourceDefinition<T>,
  object: T,
  options: DeleteOptions,
  now: number,
): Deletion<T> {
  if (isKind(definition, 'Namespace')) return namespaceDeletion(definition, object, options, now);
  const begun = object.metadata.deletionTimestamp !== undefined;
  if (definition.beginDeletion && !begun) return { marked: definition.beginDeletion(object, now), remove: false };
  const graceful = isKind(definition, 'Pod') ? gracefulMetadata(object, options.gracePeriodSeconds, now) : undefined;
  // While a grace period runs only a shorter one changes anything.
  if (graceful === 'pending') return { remove: false };
  return finalized(definition, object, options, now, graceful);
}

/** Waits for the finalizers, those of the garbage collector included, and for the grace period where there is one. */
function finalized<T extends KubeObject>(
  definition: ResourceDefinition<T>,
  object: T,
  options: DeleteOptions,
  now: number,
  graceful: ObjectMeta | undefined,
): Deletion<T> {
  const before = object.metadata.finalizers ?? [];
  const finalizers = deletionFinalizers(definition as ResourceDefinition, before, options);
  if (!graceful && finalizers.length === 0) return { remove: true };
  const metadata = { ...(graceful ?? gracelessMetadata(object.metadata, now)) };
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  const same = metadata.deletionTimestamp === object.metadata.deletionTimestamp && finalizers.join() === before.join();
  return {
    ...(same && !graceful && object.metadata.deletionGracePeriodSeconds === 0 ? {} : { marked: { ...object, metadata } }),
    remove: finalizers.length === 0 && metadata.deletionGracePeriodSeconds === 0,
  };
}

/** What is deleted without grace: now, or when it was deleted before. */
function gracelessMetadata(metadata: ObjectMeta, now: number): ObjectMeta {
  const { deletionTimestamp } = metadata;
  const inFuture = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) > now;
  return {
    ...counted(metadata),
    deletionTimestamp: deletionTimestamp === undefined || inFuture ? formatTime(now) : deletionTimestamp,
    deletionGracePeriodSeconds: 0,
  };
}

interface PodLike extends KubeObject {
  spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** The metadata of a pod with its grace period; undefined for one whose period is over. */
function gracefulMetadata(pod: PodLike, said: number | undefined, now: number): ObjectMeta | 'pending' | undefined {
  const { metadata } = pod;
  const requested = said === undefined ? undefined : said < 0 ? 1 : said;
  if (metadata.deletionTimestamp !== undefined) return shortened(metadata, metadata.deletionTimestamp, requested, now);
  const period = gracePeriodOf(pod, requested);
  return { ...counted(metadata), deletionTimestamp: formatTime(now + period * 1000), deletionGracePeriodSeconds: period };
}

/** Pods that run nowhere, or have finished, need no time; a pod's own spec says how much where the request does not. */
function gracePeriodOf({ spec, status }: PodLike, requested: number | undefined): number {
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

/** A shorter period counts from when deletion began, but does not end in the past. */
function shortened(
  metadata: ObjectMeta,
  deletionTimestamp: string,
  requested: number | undefined,
  now: number,
): ObjectMeta | 'pending' | undefined {
  const present = metadata.deletionGracePeriodSeconds ?? 0;
  if (present === 0) return undefined;
  const left = present < 0 ? 1 : present;
  if (requested === undefined || requested >= left) return 'pending';
  const end = Date.parse(deletionTimestamp) - left * 1000 + requested * 1000;
  if (end >= now) return { ...metadata, deletionTimestamp: formatTime(end), deletionGracePeriodSeconds: requested };
  // Somebody else still has to end what was to end with grace.
  return { ...metadata, deletionTimestamp: formatTime(now), deletionGracePeriodSeconds: requested === 0 ? 0 : 1 };
}

interface NamespaceLike extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: object;
}

/** A namespace waits for the namespace controller to empty it, and for that to take the finalizers off its spec. */
function namespaceDeletion<T extends KubeObject>(
  definition: ResourceDefinition<T>,
  object: T,
  options: DeleteOptions,
  now: number,
): Deletion<T> {
  const { metadata: before, spec, status } = object as NamespaceLike;
  if (before.deletionTimestamp) {
    return spec?.finalizers?.length ? { remove: false } : finalized(definition, object, options, now, undefined);
  }
  const metadata = { ...before, deletionTimestamp: formatTime(now) };
  const finalizers = deletionFinalizers(definition as ResourceDefinition, before.finalizers ?? [], options);
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  return { marked: { ...object, metadata, status: { ...status, phase: 'Terminating' } }, remove: false };
}

/** Who watches generations learns that the object is being deleted. */
function counted(metadata: ObjectMeta): ObjectMeta {
  const { generation, deletionTimestamp } = metadata;
  return generation && deletionTimestamp === undefined ? { ...metadata, generation: generation + 1 } : metadata;
}

const isKind = ({ group, kind, custom }: ResourceDefinition, wanted: string): boolean => group === '' && kind === wanted && !custom;
