import { controllerReference } from '../../api/helpers/owners.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { Selector } from '../../machinery/selectors.ts';
import { isInvalid, isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from './controller.ts';

interface Claim<T extends KubeObject> {
  type: ResourceType<T>;
  owner: KubeObject;
  ownerType: ResourceType;
  selector: Selector;
}

/**
 * The objects `owner` controls after adopting orphans that its selector matches and letting go of objects it no
 * longer matches.
 */
export async function claim<T extends KubeObject>(what: Claim<T>, context: ControllerContext, signal: AbortSignal): Promise<T[]> {
  const { type, owner, selector } = what;
  const claimed: T[] = [];
  for (const object of context.cache.ownedBy(type, owner)) {
    if (selector.matches(object.metadata.labels)) claimed.push(object);
    else if (!owner.metadata.deletionTimestamp) await release(what, object, context, signal);
  }
  if (owner.metadata.deletionTimestamp) return claimed;
  const orphans = context.cache
    .orphans(type, owner.metadata.namespace ?? '')
    .filter(({ metadata }) => !metadata.deletionTimestamp && selector.matches(metadata.labels));
  if (orphans.length === 0 || !(await stillExists(what, context, signal))) return claimed;
  for (const orphan of orphans) {
    const adopted = await adopt(what, orphan, context, signal);
    if (adopted) claimed.push(adopted);
  }
  return claimed;
}

/** The cache may not know yet that the owner is gone; adopting then would make objects that nobody deletes. */
async function stillExists({ ownerType, owner }: Claim<KubeObject>, { api }: ControllerContext, signal: AbortSignal): Promise<boolean> {
  try {
    const { metadata } = await api.get(ownerType, refOf(owner), signal);
    return metadata.uid === owner.metadata.uid && !metadata.deletionTimestamp;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function adopt<T extends KubeObject>(
  { type, owner, ownerType }: Claim<T>,
  object: T,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<T | undefined> {
  const patch = { metadata: { uid: object.metadata.uid, ownerReferences: [controllerReference(ownerType, owner)] } };
  try {
    return await api.patch(type, refOf(object), patch, { type: 'strategic' }, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function release<T extends KubeObject>(
  { type, owner }: Claim<T>,
  object: T,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const ownerReferences = [{ $patch: 'delete', uid: owner.metadata.uid }];
  const patch = { metadata: { uid: object.metadata.uid, ownerReferences } };
  try {
    await api.patch(type, refOf(object), patch, { type: 'strategic' }, signal);
  } catch (error) {
    // Gone, or another object of the same name by now: nothing to let go of.
    if (!isNotFound(error) && !isInvalid(error)) throw error;
  }
}

function refOf({ metadata: { namespace, name = '' } }: KubeObject) {
  return { namespace, name };
}
