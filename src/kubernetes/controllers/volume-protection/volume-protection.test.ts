import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, pods } from '../../api/resources.ts';
import { claimProtectionController } from './claims.ts';
import { volumeProtectionController } from './volumes.ts';

const claim: PersistentVolumeClaim = {
  metadata: { namespace: 'ns', name: 'data', finalizers: ['kubernetes.io/pvc-protection'] },
  spec: {},
};
const pod = (phase: string): Pod => ({
  metadata: { namespace: 'ns', name: 'web' },
  spec: { nodeName: 'a', containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
  status: { phase: phase as never },
});

test('a deleted claim stays while a pod uses it', async () => {
  await using world = controllersOnFakes(claimProtectionController);
  const { api, settle } = world;
  await api.create(persistentVolumeClaims, claim);
  await api.create(pods, pod('Running'));
  await api.delete(persistentVolumeClaims, { namespace: 'ns', name: 'data' });
  await settle();
  expect((await api.list(persistentVolumeClaims)).items).toHaveLength(1);
  await api.delete(pods, { namespace: 'ns', name: 'web' }, { gracePeriodSeconds: 0 });
  await settle();
  expect((await api.list(persistentVolumeClaims)).items).toHaveLength(0);
});

test('a finished pod holds no claim', async () => {
  await using world = controllersOnFakes(claimProtectionController);
  const { api, settle } = world;
  await api.create(persistentVolumeClaims, claim);
  await api.create(pods, pod('Succeeded'));
  await api.delete(persistentVolumeClaims, { namespace: 'ns', name: 'data' });
  await settle();
  expect((await api.list(persistentVolumeClaims)).items).toHaveLength(0);
});

test.each([
  { phase: 'Bound', left: 1 },
  { phase: 'Available', left: 0 },
])('a deleted volume that is $phase', async ({ phase, left }) => {
  await using world = controllersOnFakes(volumeProtectionController);
  const { api, settle } = world;
  await api.create(persistentVolumes, {
    metadata: { name: 'pv', finalizers: ['kubernetes.io/pv-protection'] },
    spec: {},
    status: { phase: phase as never },
  });
  await api.delete(persistentVolumes, { name: 'pv' });
  await settle();
  expect((await api.list(persistentVolumes)).items).toHaveLength(left);
});
