import type { FieldError } from '../../../machinery/field-error.ts';
import { forbiddenField, immutable, required } from '../../../machinery/validation/faults.ts';
import type { ResourceClaim, ResourceClaimConsumerReference } from '../../generated/resource-v1.ts';
import { internalForm } from '../../internal-form/internal-form.ts';
import { sameValue } from '../equal.ts';
import { allocationRules } from './allocation.ts';
import { deviceClaimRules } from './device-claim.ts';
import { deviceStatusesRules } from './device-status.ts';
import { setRules } from './lists.ts';
import { requestNamesOf } from './request-names.ts';

const MAX_CONSUMERS = 256;

/** Faults of a claim. What it asks for never changes, so that an update is only told that. */
export function* resourceClaimRules({ spec }: ResourceClaim, previous?: ResourceClaim): Iterable<FieldError> {
  if (!previous) yield* deviceClaimRules(spec?.devices, 'spec.devices');
  else if (!sameValue(spec, previous.spec)) yield immutable('spec', internalForm(spec, 'io.k8s.api.resource.v1.ResourceClaimSpec'));
}

/** Faults of a write to the status: who uses the claim, and what was allocated for it. */
export function* resourceClaimStatusRules(claim: ResourceClaim, previous: ResourceClaim): Iterable<FieldError> {
  const { allocation, devices } = claim.status ?? {};
  const before = previous.status?.allocation;
  yield* consumersRules(claim);
  yield* deviceStatusesRules(devices, allocation, 'status.devices');
  yield* reservationRules(claim, previous);
  if (allocation && before) {
    if (!sameValue(allocation, before))
      yield immutable('status.allocation', internalForm(allocation, 'io.k8s.api.resource.v1.AllocationResult'));
  } else if (allocation) yield* allocationRules(allocation, 'status.allocation', requestNamesOf(claim.spec?.devices ?? {}));
}

function consumersRules({ status }: ResourceClaim): Iterable<FieldError> {
  return setRules(status?.reservedFor, MAX_CONSUMERS, 'status.reservedFor', ({ uid = '' }) => uid, consumerRules);
}

function* consumerRules({ resource, name, uid }: ResourceClaimConsumerReference, path: string): Iterable<FieldError> {
  if (!resource) yield required(`${path}.resource`);
  if (!name) yield required(`${path}.name`);
  if (!uid) yield required(`${path}.uid`);
}

/** Only what is allocated has users, and what is being deleted gets no new ones. */
function* reservationRules({ metadata, status }: ResourceClaim, previous: ResourceClaim): Iterable<FieldError> {
  const consumers = status?.reservedFor ?? [];
  if (consumers.length === 0) return;
  if (!status?.allocation) {
    yield forbiddenField('status.reservedFor', 'may not be specified when `allocated` is not set');
    return;
  }
  if (!metadata.deletionTimestamp) return;
  const known = previous.status?.reservedFor ?? [];
  if (consumers.every((consumer) => known.some((other) => sameConsumer(consumer, other)))) return;
  yield forbiddenField('status.reservedFor', 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set');
}

function sameConsumer(a: ResourceClaimConsumerReference, b: ResourceClaimConsumerReference): boolean {
  return (a.apiGroup ?? '') === (b.apiGroup ?? '') && a.resource === b.resource && a.name === b.name && a.uid === b.uid;
}
