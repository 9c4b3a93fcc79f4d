import type { Pod } from '../../api/generated/core-v1.ts';
import type { ResourceClaim, ResourceClaimConsumerReference } from '../../api/generated/resource-v1.ts';
import { CLAIM_FINALIZER, claimKeys } from '../../api/helpers/pod-resource-claims.ts';
import { isTerminal } from '../../api/helpers/pods.ts';
import { pods, resourceClaims } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { isNotFound } from '../../machinery/status.ts';
import { type ControllerContext, defineController, done, watchOf } from '../framework/controller.ts';

/** Takes claims back from pods that are over, gives back what was allocated for claims nobody uses, and removes those made for such pods. */
export const claimReleaseController = defineController({
  name: 'resourceclaim-release',
  eventSource: 'resource_claim',
  primary: resourceClaims,
  watches: [
    watchOf(pods, ({ next, previous }, cache) => {
      const pod = next ?? previous;
      return [...claimKeys(pod), ...(pod ? cache.ownedBy(resourceClaims, pod).map(keyOf) : [])];
    }),
  ],

  prepare(cache) {
    cache.indexOwners(resourceClaims);
  },

  async reconcile(key, context, signal) {
    const claim = context.cache.get(resourceClaims, key);
    if (!claim) return done;
    const users = claim.status?.reservedFor ?? [];
    const present = await stillUsing(claim, users, context, signal);
    if (present.length < users.length) await release(claim, present, context, signal);
    else if (present.length === 0 && claim.metadata.deletionTimestamp && isProtected(claim)) await release(claim, [], context, signal);
    if (present.length === 0) await removeWithPod(claim, context, signal);
    return done;
  },
});

const isProtected = ({ metadata }: ResourceClaim): boolean => metadata.finalizers?.includes(CLAIM_FINALIZER) ?? false;

/** A pod that will never run, or run again. */
const isOver = (pod: Pod): boolean => isTerminal(pod) || Boolean(pod.metadata.deletionTimestamp && !pod.spec?.nodeName);

async function stillUsing(
  claim: ResourceClaim,
  users: readonly ResourceClaimConsumerReference[],
  context: ControllerContext,
  signal: AbortSignal,
): Promise<ResourceClaimConsumerReference[]> {
  const present: ResourceClaimConsumerReference[] = [];
  for (const user of users) {
    if (user.apiGroup || user.resource !== 'pods') throw new Error(`unsupported ReservedFor entry: ${JSON.stringify(user)}`);
    const pod = await findPod(claim.metadata.namespace, user.name, context, signal);
    if (pod?.metadata.uid === user.uid && !isOver(pod)) present.push(user);
  }
  return present;
}

/** A pod that is not in the cache may be newer than the cache: taking its claim away would be bad. */
async function findPod(
  namespace: string | undefined,
  name: string,
  { cache, api }: ControllerContext,
  signal: AbortSignal,
): Promise<Pod | undefined> {
  const known = cache.get(pods, `${namespace}/${name}`);
  if (known) return known;
  try {
    return await api.get(pods, { namespace, name }, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Without users a claim has no devices either: they are free for others, and the claim may go elsewhere next time. */
async function release(
  claim: ResourceClaim,
  users: readonly ResourceClaimConsumerReference[],
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const { reservedFor: _before, allocation, ...rest } = claim.status ?? {};
  const givesBack = users.length === 0 && isProtected(claim);
  const status = {
    ...rest,
    ...(allocation && !givesBack ? { allocation } : {}),
    ...(users.length > 0 ? { reservedFor: [...users] } : {}),
  };
  const updated = await api.updateStatus(resourceClaims, { ...claim, status }, {}, signal);
  if (!isProtected(updated) || updated.status?.allocation) return;
  const finalizers = updated.metadata.finalizers?.filter((finalizer) => finalizer !== CLAIM_FINALIZER);
  await api.update(resourceClaims, { ...updated, metadata: { ...updated.metadata, finalizers } }, {}, signal);
}

/** A claim made for a pod that is over is of no use; the garbage collector would only see to it when the pod is removed. */
async function removeWithPod(claim: ResourceClaim, { cache, api }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { namespace, name = '', deletionTimestamp, ownerReferences = [] } = claim.metadata;
  const owner = ownerReferences.find(({ apiVersion, kind, controller }) => controller && apiVersion === 'v1' && kind === 'Pod');
  const pod = owner && cache.get(pods, `${namespace}/${owner.name}`);
  if (deletionTimestamp || !pod || (pod.metadata.uid === owner.uid && !isOver(pod))) return;
  try {
    await api.delete(resourceClaims, { namespace, name }, {}, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
