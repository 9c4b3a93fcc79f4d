import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { ReplicaSet } from '../../api/generated/apps-v1.ts';
import { events, pods, replicaSets } from '../../api/resources.ts';
import { replicaSetController } from './controller.ts';

const labels = { app: 'web' };
const replicaSet = (replicas: number): ReplicaSet => ({
  metadata: { name: 'web', namespace: 'ns' },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
});
const web = { namespace: 'ns', name: 'web' };

async function withReplicas(replicas: number) {
  const world = controllersOnFakes(replicaSetController);
  await world.api.create(replicaSets, replicaSet(replicas));
  await world.settle();
  return world;
}

test('creates the pods it is asked for, once, and tells so', async () => {
  await using world = await withReplicas(3);
  const { items } = await world.api.list(pods);
  expect(items).toHaveLength(3);
  expect(items[0]?.metadata).toMatchObject({
    labels,
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true }],
  });
  expect((await world.api.get(replicaSets, web)).status).toMatchObject({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 0,
    observedGeneration: 1,
  });
  expect((await world.api.list(events)).items.map(({ message }) => message)).toContain(`Created pod: ${items[0]?.metadata.name}`);
});

test('follows a change of replicas', async () => {
  await using world = await withReplicas(3);
  await world.api.patch(replicaSets, web, { spec: { replicas: 1 } }, { type: 'merge' });
  await world.settle();
  expect((await world.api.list(pods)).items).toHaveLength(1);
});

test('replaces a pod that failed or vanished', async () => {
  await using world = await withReplicas(2);
  const [first, second] = (await world.api.list(pods)).items;
  await world.api.delete(pods, { namespace: 'ns', name: first?.metadata.name ?? '' });
  await world.api.patch(pods, { namespace: 'ns', name: second?.metadata.name ?? '' }, { status: { phase: 'Failed' } }, { type: 'merge' });
  await world.settle();
  const { items } = await world.api.list(pods);
  expect(items.filter(({ status }) => status?.phase !== 'Failed')).toHaveLength(2);
});

test('adopts a pod that matches and lets go of one that no longer does', async () => {
  await using world = controllersOnFakes(replicaSetController);
  await world.api.create(pods, { metadata: { name: 'stray', namespace: 'ns', labels }, spec: { containers: [] } });
  await world.api.create(replicaSets, replicaSet(1));
  await world.settle();
  const stray = { namespace: 'ns', name: 'stray' };
  expect((await world.api.list(pods)).items).toHaveLength(1);
  expect((await world.api.get(pods, stray)).metadata.ownerReferences).toHaveLength(1);
  await world.api.patch(pods, stray, { metadata: { labels: { app: 'other' } } }, { type: 'merge' });
  await world.settle();
  expect((await world.api.list(pods)).items).toHaveLength(2);
});

test('a refused creation shows in a condition', async () => {
  await using world = controllersOnFakes(replicaSetController);
  const create = world.api.create.bind(world.api);
  world.api.create = (type, object) => (type.kind === 'Pod' ? Promise.reject(new Error('quota')) : create(type, object));
  await create(replicaSets, replicaSet(2));
  await world.settle();
  expect((await world.api.get(replicaSets, web)).status?.conditions).toMatchObject([
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' },
  ]);
});

test('ready pods count as available after minReadySeconds', async () => {
  await using world = controllersOnFakes(replicaSetController);
  const slow = replicaSet(1);
  slow.spec.minReadySeconds = 10;
  await world.api.create(replicaSets, slow);
  await world.settle();
  const [pod] = (await world.api.list(pods)).items;
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: new Date(world.clock.now()).toISOString() };
  await world.api.patch(
    pods,
    { namespace: 'ns', name: pod?.metadata.name ?? '' },
    { status: { phase: 'Running', conditions: [ready] } },
    { type: 'merge' },
  );
  await world.settle();
  expect((await world.api.get(replicaSets, web)).status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
  await world.clock.advance(10_000);
  expect((await world.api.get(replicaSets, web)).status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
});
