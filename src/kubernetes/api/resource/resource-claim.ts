import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { AllocatedDeviceStatus, ResourceClaim } from '../generated/resource-v1.ts';
import { resourceClaims as type } from '../resources.ts';
import { resourceClaimRules, resourceClaimStatusRules } from '../validation/resource/resource-claim.ts';
import { ALL_VERBS } from '../verbs.ts';
import { requestFaults, resultFaults } from './admin-access.ts';
import { defaultDeviceClaim, defaultTolerations } from './request-defaults.ts';

export const resourceClaims = defineResource<ResourceClaim>({
  ...type,
  singular: 'resourceclaim',
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.resource.v1.ResourceClaim',
  generation: false,
  resetFields: { main: ['status'], status: ['spec', 'metadata'] },
  defaults: (claim) => {
    claim.status ??= {};
    defaultDeviceClaim(claim.spec?.devices);
    for (const { tolerations } of claim.status.allocation?.devices?.results ?? []) defaultTolerations(tolerations);
  },
  prepareCreate: (claim) => {
    claim.status = {};
  },
  prepareStatus: dropReleasedDevices,
  rules: resourceClaimRules,
  statusRules: resourceClaimStatusRules,
  namespaceRules: { create: ({ spec }, namespace) => requestFaults(spec?.devices, namespace), status: resultFaults },
  columns: [nameColumn, text('State', stateOf), ageColumn],
});

/** What drivers said of devices that the claim no longer has goes with them. */
function dropReleasedDevices(next: ResourceClaim, previous: ResourceClaim): void {
  if (!next.status?.devices) return;
  const kept = devicesOf(next);
  const released = new Set([...devicesOf(previous)].filter((device) => !kept.has(device)));
  const devices = next.status.devices.filter((device) => !released.has(idOf(device)));
  if (devices.length > 0) next.status.devices = devices;
  else delete next.status.devices;
}

const devicesOf = ({ status }: ResourceClaim): Set<string> => new Set((status?.allocation?.devices?.results ?? []).map(idOf));

const idOf = ({ driver, pool, device }: Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device'>): string =>
  JSON.stringify([driver, pool, device]);

function stateOf({ metadata, status }: ResourceClaim): string {
  const states = metadata.deletionTimestamp ? ['deleted'] : [];
  if (status?.allocation) states.push('allocated', ...(status.reservedFor?.length ? ['reserved'] : []));
  else if (states.length === 0) states.push('pending');
  return states.join(',');
}
