import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField } from '../../machinery/validation/faults.ts';
import type { Namespace } from '../generated/core-v1.ts';
import type { DeviceClaim, ResourceClaim } from '../generated/resource-v1.ts';

const LABEL = 'resource.kubernetes.io/admin-access';
const DETAIL = `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`;

/** Devices that others use can only be asked for in namespaces that are for that. */
export function* requestFaults(claim: DeviceClaim | undefined, namespace: Namespace | undefined): Iterable<FieldError> {
  const index = (claim?.requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess);
  // Upstream names the field where it stood before it moved into `exactly`, for templates too.
  if (index >= 0 && !allows(namespace)) yield forbiddenField(`spec.devices.requests[${index}].adminAccess`, DETAIL);
}

/** As {@link requestFaults}, for what was allocated; what was granted before stays granted. */
export function* resultFaults(next: ResourceClaim, previous: ResourceClaim, namespace: Namespace | undefined): Iterable<FieldError> {
  if (grantedIn(previous) >= 0) return;
  const index = grantedIn(next);
  if (index >= 0 && !allows(namespace)) yield forbiddenField(`status.allocation.devices.results[${index}].adminAccess`, DETAIL);
}

const grantedIn = ({ status }: ResourceClaim): number =>
  (status?.allocation?.devices?.results ?? []).findIndex(({ adminAccess }) => adminAccess);

const allows = (namespace: Namespace | undefined): boolean => namespace?.metadata.labels?.[LABEL] === 'true';
