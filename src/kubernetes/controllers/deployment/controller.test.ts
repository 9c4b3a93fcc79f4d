import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { Fate } from '../../../../test/support/fake-kubelet.ts';
import type { Deployment } from '../../api/generated/apps-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { deployments, events, pods, replicaSets } from '../../api/resources.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { deploymentController } from './controller.ts';

const labels = { app: 'web' };
const web = { namespace: 'ns', name: 'web' };
const deployment = (spec: Partial<Deployment['spec']> = {}): Deployment => ({
  metadata: { name: 'web', namespace: 'ns' },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'v1' }] } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    ...spec,
  },
});

async function running(spec: Partial<Deployment['spec']> = {}, fate: (pod: Pod) => Fate = () => 'ready') {
  const world = controllersOnFakes(deploymentController, replicaSetController);
  world.playKubelet(fate);
  await world.api.create(deployments, deployment(spec));
  await world.settle();
  const setImage = async (image: string) => {
    await world.api.patch(deployments, web, { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } }, { type: 'merge' });
    await world.settle();
  };
  const sizes = async () => {
    const { items } = await world.api.list(replicaSets);
    return Object.fromEntries(items.map(({ spec }) => [spec.template?.spec?.containers[0]?.image, spec.replicas]));
  };
  const status = async () => (await world.api.get(deployments, web)).status;
  return Object.assign(world, { setImage, sizes, status });
}

const conditionIn = (status: Deployment['status'], type: string) => status?.conditions?.find((condition) => condition.type === type);

test('rolls out, is available and says so', async () => {
  await using world = await running();
  const status = await world.status();
  expect(status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    unavailableReplicas: 0,
    observedGeneration: 1,
  });
  expect(conditionIn(status, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
  expect(conditionIn(status, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  expect((await world.api.get(deployments, web)).metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
  const [set] = (await world.api.list(replicaSets)).items;
  expect((await world.api.list(events)).items.map(({ message }) => message)).toContain(
    `Scaled up replica set ${set?.metadata.name} from 0 to 3`,
  );
});

test('a new template is rolled out under the next revision, undo brings the old one back', async () => {
  await using world = await running();
  await world.setImage('v2');
  expect(await world.sizes()).toEqual({ v1: 0, v2: 3 });
  await world.setImage('v1');
  expect(await world.sizes()).toEqual({ v1: 3, v2: 0 });
  const revisions = (await world.api.list(replicaSets)).items.map(
    ({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'],
  );
  expect(revisions.sort()).toEqual(['2', '3']);
  expect(await world.status()).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
});

test('a rollout that never gets ready keeps the old pods and misses its deadline', async () => {
  await using world = await running({}, (pod) => (pod.spec.containers[0]?.image === 'bad' ? 'running' : 'ready'));
  await world.setImage('bad');
  expect(await world.sizes()).toEqual({ v1: 3, bad: 1 });
  expect(conditionIn(await world.status(), 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
  await world.clock.advance(605_000);
  expect(conditionIn(await world.status(), 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  expect(conditionIn(await world.status(), 'Available')).toMatchObject({ status: 'True' });
});

test('recreate ends every old pod before the first new one', async () => {
  await using world = await running({ strategy: { type: 'Recreate' } });
  await world.setImage('v2');
  const images = (await world.api.list(pods)).items.map(({ spec }) => spec.containers[0]?.image);
  expect(images).toEqual(['v2', 'v2', 'v2']);
});

test('a paused Deployment scales but does not roll out', async () => {
  await using world = await running();
  await world.api.patch(deployments, web, { spec: { paused: true } }, { type: 'merge' });
  await world.setImage('v2');
  expect(await world.sizes()).toEqual({ v1: 3 });
  expect(conditionIn(await world.status(), 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
  await world.api.patch(deployments, web, { spec: { replicas: 5 } }, { type: 'merge' });
  await world.settle();
  expect(await world.sizes()).toEqual({ v1: 5 });
  await world.api.patch(deployments, web, { spec: { paused: false } }, { type: 'merge' });
  await world.settle();
  expect(await world.sizes()).toEqual({ v1: 0, v2: 5 });
});

test('keeps as many old ReplicaSets as it should', async () => {
  await using world = await running({ revisionHistoryLimit: 1 });
  for (const image of ['v2', 'v3', 'v4']) await world.setImage(image);
  expect(await world.sizes()).toEqual({ v3: 0, v4: 3 });
});
