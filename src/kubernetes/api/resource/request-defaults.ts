import type { DeviceClaim, DeviceSubRequest, DeviceToleration, ExactDeviceRequest } from '../generated/resource-v1.ts';

/** What a claim may leave out: one device of each request, tolerations of equal values. */
export function defaultDeviceClaim(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable } of claim?.requests ?? []) {
    if (exactly) defaultRequest(exactly);
    firstAvailable?.forEach(defaultRequest);
  }
}

function defaultRequest(request: ExactDeviceRequest | DeviceSubRequest): void {
  request.allocationMode ||= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ||= 1;
  defaultTolerations(request.tolerations);
}

export function defaultTolerations(tolerations: readonly DeviceToleration[] | undefined): void {
  for (const toleration of tolerations ?? []) toleration.operator ||= 'Equal';
}
