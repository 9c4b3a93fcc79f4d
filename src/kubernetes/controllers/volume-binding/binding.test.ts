import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.ts';
import { events, persistentVolumeClaims, persistentVolumes, storageClasses } from '../../api/resources.ts';
import { claimBindingController } from './claims.ts';
import { bestVolume } from './matching.ts';
import { volumePhaseController } from './volumes.ts';

const volume = (name: string, storage: string, more: Partial<PersistentVolume['spec']> = {}): PersistentVolume => ({
  metadata: { name },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    hostPath: { path: '/data' },
    persistentVolumeReclaimPolicy: 'Retain',
    ...more,
  },
});
const claim = (storage: string, more: Partial<PersistentVolumeClaim['spec']> = {}): PersistentVolumeClaim => ({
  metadata: { namespace: 'ns', name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
});
const data = { namespace: 'ns', name: 'data' };

test.each([
  {
    name: 'the smallest that is large enough',
    claim: claim('5Gi'),
    volumes: [volume('a', '20Gi'), volume('b', '10Gi'), volume('c', '1Gi')],
    best: 'b',
  },
  { name: 'not of another class', claim: claim('1Gi'), volumes: [volume('a', '1Gi', { storageClassName: 'fast' })], best: undefined },
  {
    name: 'not without the access mode',
    claim: claim('1Gi', { accessModes: ['ReadWriteMany'] }),
    volumes: [volume('a', '1Gi')],
    best: undefined,
  },
  {
    name: 'not of another claim',
    claim: claim('1Gi'),
    volumes: [volume('a', '1Gi', { claimRef: { namespace: 'ns', name: 'other' } })],
    best: undefined,
  },
  { name: 'the one made for it', claim: claim('1Gi'), volumes: [volume('a', '1Gi'), volume('b', '9Gi', { claimRef: data })], best: 'b' },
  {
    name: 'the one with the attributes it asks for',
    claim: claim('1Gi', { volumeAttributesClassName: 'gold' }),
    volumes: [volume('a', '1Gi'), volume('b', '1Gi', { volumeAttributesClassName: 'gold' })],
    best: 'b',
  },
  { name: 'not a raw one', claim: claim('1Gi'), volumes: [volume('a', '1Gi', { volumeMode: 'Block' })], best: undefined },
])('a claim gets $name', ({ claim: each, volumes, best }) => {
  expect(bestVolume(each, volumes)?.metadata.name).toBe(best);
});

async function withVolume() {
  const world = controllersOnFakes(claimBindingController, volumePhaseController);
  await world.api.create(persistentVolumes, volume('disk', '5Gi'));
  await world.api.create(persistentVolumeClaims, claim('1Gi'));
  await world.settle();
  return world;
}

test('claim and volume are bound to each other', async () => {
  await using world = await withVolume();
  expect(await world.api.get(persistentVolumeClaims, data)).toMatchObject({
    metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' } },
    spec: { volumeName: 'disk' },
    status: { phase: 'Bound', capacity: { storage: '5Gi' } },
  });
  expect(await world.api.get(persistentVolumes, { name: 'disk' })).toMatchObject({
    spec: { claimRef: { name: 'data' } },
    status: { phase: 'Bound' },
  });
});

test('a claim that is bound shows the class of attributes that its volume has', async () => {
  await using world = controllersOnFakes(claimBindingController, volumePhaseController);
  const gold = { volumeAttributesClassName: 'gold' };
  await world.api.create(persistentVolumes, volume('disk', '5Gi', gold));
  await world.api.create(persistentVolumeClaims, { ...claim('1Gi', gold), status: { phase: 'Pending' } });
  await world.settle();
  const { status } = await world.api.get(persistentVolumeClaims, data);
  expect(status).toMatchObject({ phase: 'Bound', currentVolumeAttributesClassName: 'gold' });
});

test('a volume whose claim is gone is released, and not given to another', async () => {
  await using world = await withVolume();
  await world.api.delete(persistentVolumeClaims, data);
  await world.settle();
  expect((await world.api.get(persistentVolumes, { name: 'disk' })).status?.phase).toBe('Released');
  await world.api.create(persistentVolumeClaims, claim('1Gi'));
  await world.settle();
  expect((await world.api.get(persistentVolumeClaims, data)).status?.phase).toBe('Pending');
});

test('a claim whose volume is gone is lost', async () => {
  await using world = await withVolume();
  await world.api.delete(persistentVolumes, { name: 'disk' });
  await world.settle();
  expect((await world.api.get(persistentVolumeClaims, data)).status?.phase).toBe('Lost');
});

test.each([
  {
    name: 'no class',
    spec: {},
    reason: 'FailedBinding',
    message: 'no persistent volumes available for this claim and no storage class is set',
  },
  {
    name: 'an unknown class',
    spec: { storageClassName: 'x' },
    reason: 'ProvisioningFailed',
    message: 'storageclass.storage.k8s.io "x" not found',
  },
  {
    name: 'a class that waits',
    spec: { storageClassName: 'late' },
    reason: 'WaitForFirstConsumer',
    message: 'waiting for first consumer to be created before binding',
  },
])('without a volume and with $name it says why it waits', async ({ spec, reason, message }) => {
  await using world = controllersOnFakes(claimBindingController, volumePhaseController);
  await world.api.create(storageClasses, {
    metadata: { name: 'late' },
    provisioner: 'example.com/disk',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  await world.settle();
  await world.api.create(persistentVolumeClaims, claim('1Gi', spec));
  await world.settle();
  expect((await world.api.list(events)).items).toMatchObject([{ reason, message }]);
});
