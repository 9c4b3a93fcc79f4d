import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { Fate } from '../../../../test/support/fake-kubelet.ts';
import type { StatefulSet } from '../../api/generated/apps-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, pods, statefulSets } from '../../api/resources.ts';
import { statefulSetController } from './controller.ts';

const db = { namespace: 'ns', name: 'db' };
const labels = { app: 'db' };
const statefulSet = (spec: Partial<StatefulSet['spec']> = {}): StatefulSet => ({
  metadata: { ...db },
  spec: {
    replicas: 3,
    serviceName: 'db',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'v1' }] } },
    ...spec,
  },
});

async function running(spec: Partial<StatefulSet['spec']> = {}, fate: (pod: Pod) => Fate = () => 'ready') {
  const world = controllersOnFakes(statefulSetController);
  world.playKubelet(fate);
  await world.api.create(statefulSets, statefulSet(spec));
  await world.settle();
  const change = async (patch: object) => {
    await world.api.patch(statefulSets, db, { spec: patch }, { type: 'merge' });
    await world.settle();
  };
  const images = async () => {
    const { items } = await world.api.list(pods);
    return Object.fromEntries(items.map(({ metadata, spec: its }) => [metadata.name, its.containers[0]?.image]));
  };
  const image = (name: string) => ({ template: { spec: { containers: [{ name: 'c', image: name }] } } });
  return Object.assign(world, { change, images, image });
}

test('pods have names, host names and places in a row', async () => {
  await using world = await running();
  const { items } = await world.api.list(pods);
  expect(items.map(({ metadata, spec }) => [metadata.name, spec.hostname, spec.subdomain])).toEqual([
    ['db-0', 'db-0', 'db'],
    ['db-1', 'db-1', 'db'],
    ['db-2', 'db-2', 'db'],
  ]);
  expect(items[1]?.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1' });
  expect((await world.api.get(statefulSets, db)).status).toMatchObject({
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
  });
});

test.each([
  { policy: 'OrderedReady' as const, names: ['db-0', 'db-1'] },
  { policy: 'Parallel' as const, names: ['db-0', 'db-1', 'db-2'] },
])('$policy: a pod that is not ready holds up those after it, or not', async ({ policy, names }) => {
  await using world = await running({ podManagementPolicy: policy }, ({ metadata }) => (metadata.name === 'db-1' ? 'running' : 'ready'));
  expect(Object.keys(await world.images())).toEqual(names);
});

test('scaling down takes the last first and keeps claims', async () => {
  await using world = await running({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }] });
  await world.change({ replicas: 1 });
  expect(Object.keys(await world.images())).toEqual(['db-0']);
  const claims = (await world.api.list(persistentVolumeClaims)).items;
  expect(claims.map(({ metadata }) => metadata.name)).toEqual(['data-db-0', 'data-db-1', 'data-db-2']);
  expect(claims[0]?.metadata.ownerReferences ?? []).toEqual([]);
});

test('claims go with their pod where the set wants that', async () => {
  await using world = await running({
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
  });
  const [claim] = (await world.api.list(persistentVolumeClaims)).items;
  expect(claim?.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'db' }]);
});

test('an update goes from the last to the first', async () => {
  await using world = await running();
  await world.change(world.image('v2'));
  expect(await world.images()).toEqual({ 'db-0': 'v2', 'db-1': 'v2', 'db-2': 'v2' });
  const { status } = await world.api.get(statefulSets, db);
  expect(status?.currentRevision).toBe(status?.updateRevision);
});

test('a partition keeps the pods below it as they were, also when they are made anew', async () => {
  await using world = await running({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
  await world.change(world.image('v2'));
  expect(await world.images()).toEqual({ 'db-0': 'v1', 'db-1': 'v1', 'db-2': 'v2' });
  await world.api.delete(pods, { namespace: 'ns', name: 'db-0' });
  await world.settle();
  expect((await world.images())['db-0']).toBe('v1');
});

test('an update that does not get ready stops at the first pod; a better one goes on', async () => {
  await using world = await running({}, ({ spec }) => (spec.containers[0]?.image === 'bad' ? 'running' : 'ready'));
  await world.change(world.image('bad'));
  expect(await world.images()).toEqual({ 'db-0': 'v1', 'db-1': 'v1', 'db-2': 'bad' });
});

test('with OnDelete only deleted pods are updated', async () => {
  await using world = await running({ updateStrategy: { type: 'OnDelete' } });
  await world.change(world.image('v2'));
  await world.api.delete(pods, { namespace: 'ns', name: 'db-1' });
  await world.settle();
  expect(await world.images()).toEqual({ 'db-0': 'v1', 'db-1': 'v2', 'db-2': 'v1' });
});

test('a pod that ended is made again', async () => {
  await using world = await running();
  await world.api.patch(pods, { namespace: 'ns', name: 'db-1' }, { status: { phase: 'Failed' } }, { type: 'merge' });
  await world.settle();
  expect((await world.api.get(pods, { namespace: 'ns', name: 'db-1' })).status?.phase).toBe('Running');
});

test('ordinals may start anywhere', async () => {
  await using world = await running({ replicas: 2, ordinals: { start: 5 } });
  expect(Object.keys(await world.images())).toEqual(['db-5', 'db-6']);
});
