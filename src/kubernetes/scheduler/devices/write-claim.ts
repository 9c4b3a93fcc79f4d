import type { Clock } from '../../../base/clock.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import type { AllocationResult, ResourceClaim } from '../../api/generated/resource-v1.ts';
import { CLAIM_FINALIZER, isReservedFor, reservedFor } from '../../api/helpers/pod-resource-claims.ts';
import { resourceClaims } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { formatTime } from '../../machinery/meta.ts';
import { isConflict } from '../../machinery/status.ts';

const ATTEMPTS = 5;

interface Decision {
  readonly claim: ResourceClaim;
  readonly pod: Pod;
  /** What the claim gets where it has nothing. */
  readonly allocation: AllocationResult | undefined;
}

interface Writing {
  readonly api: Pick<ApiClient, 'get' | 'update' | 'updateStatus'>;
  readonly clock: Clock;
}

/** Has a claim say what was allocated for it, and that the pod uses it. Pods that share a claim write it one after the other. */
export async function writeClaim({ claim, pod, allocation }: Decision, { api, clock }: Writing, signal: AbortSignal): Promise<void> {
  const { namespace, name = '' } = claim.metadata;
  let present = claim;
  for (let attempt = 1; ; attempt++) {
    try {
      await writeOnce(present, pod, allocation, { api, clock }, signal);
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      present = await api.get(resourceClaims, { namespace, name }, signal);
    }
  }
}

async function writeOnce(
  claim: ResourceClaim,
  pod: Pod,
  allocation: AllocationResult | undefined,
  { api, clock }: Writing,
  signal: AbortSignal,
): Promise<void> {
  if (claim.status?.allocation) {
    if (!isReservedFor(claim, pod)) await api.updateStatus(resourceClaims, reservedFor(claim, pod), {}, signal);
    return;
  }
  if (!allocation) throw new Error(`claim ${claim.metadata.name} lost its devices`);
  if (claim.metadata.deletionTimestamp) throw new Error(`claim ${claim.metadata.name} got deleted in the meantime`);
  const held = await protect(claim, api, signal);
  const allocated = { ...held, status: { ...held.status, allocation: { ...allocation, allocationTimestamp: formatTime(clock.now()) } } };
  await api.updateStatus(resourceClaims, reservedFor(allocated, pod), {}, signal);
}

/** A claim that has devices must not go before they are given back. */
async function protect(claim: ResourceClaim, api: Writing['api'], signal: AbortSignal): Promise<ResourceClaim> {
  const { finalizers = [] } = claim.metadata;
  if (finalizers.includes(CLAIM_FINALIZER)) return claim;
  return api.update(
    resourceClaims,
    { ...claim, metadata: { ...claim.metadata, finalizers: [...finalizers, CLAIM_FINALIZER] } },
    {},
    signal,
  );
}
