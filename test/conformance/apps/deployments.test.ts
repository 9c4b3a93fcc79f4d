// Conformance: "RollingUpdateDeployment should delete old pods and create new ones", "RecreateDeployment should delete old pods
// and create new ones", "deployment should delete old replica sets", "... support rollover", "... support proportional scaling",
// "Deployment should run the lifecycle of a Deployment".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { templateOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const app = { app: 'web' };
const template = (version: string, more: object = {}) =>
  templateOf({ labels: { ...app, version }, containers: [{ run: 'sleep 600', ...more }] });
const broken = (version: string) => template(version, { image: 'no-such.invalid/thing:1' });

const path = (space: ApiSpace) => space.in('apps/v1', 'deployments', 'web');
const deploy = (space: ApiSpace, spec: object) =>
  space.create(space.in('apps/v1', 'deployments'), {
    metadata: { name: 'web', labels: app },
    spec: { selector: { matchLabels: app }, ...spec },
  });
const sets = async (space: ApiSpace): Promise<Anything[]> =>
  (await space.get(`${space.in('apps/v1', 'replicasets')}?${byLabels(app)}`)).items;
const setOf = async (space: ApiSpace, version: string) =>
  (await sets(space)).find(({ spec }) => spec.template.metadata.labels.version === version);

/** A ReplicaSet that was there before the Deployment. */
async function adoptable(space: ApiSpace, annotations: object = {}): Promise<void> {
  const labels = { ...app, version: 'before' };
  await space.create(space.in('apps/v1', 'replicasets'), {
    metadata: { name: 'before', labels, annotations },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: template('before') },
  });
  await eventually(async () => expect((await setOf(space, 'before')).status.readyReplicas).toBe(1));
}

const rolledOut = (space: ApiSpace) =>
  eventually(async () => {
    const { metadata, spec, status } = await space.get(path(space));
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas: spec.replicas,
      updatedReplicas: spec.replicas,
      availableReplicas: spec.replicas,
    });
    return metadata;
  }, 90);

apiBehaviour('a Deployment replaces the set it adopts, and counts on from its revision, however high', async (space) => {
  await adoptable(space, { [REVISION]: '3546343826724305832' });
  await deploy(space, { replicas: 1, template: template('new') });
  const { annotations } = await rolledOut(space);
  expect(annotations[REVISION]).toBe('3546343826724305833');
  expect((await setOf(space, 'new')).metadata.annotations[REVISION]).toBe('3546343826724305833');
  const { metadata, spec } = await setOf(space, 'before');
  expect(metadata.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web', controller: true }]);
  expect(spec.replicas).toBe(0);
  expect(await sets(space)).toHaveLength(2);
});

apiBehaviour('a Deployment that recreates its pods never runs old and new ones together', async (space) => {
  await deploy(space, { replicas: 2, strategy: { type: 'Recreate' }, template: template('old') });
  await rolledOut(space);
  const { metadata } = await space.get(space.core('pods'));
  using watch = await space.watch(`${space.core('pods')}?resourceVersion=${metadata.resourceVersion}`);
  await space.patch('strategic', path(space), { spec: { template: template('new') } });
  const over = new Set<string>();
  // The first of the new pods comes after the last of the old ones has ended.
  await watch.until(({ type, object }) => {
    const isOver = type === 'DELETED' || ['Succeeded', 'Failed'].includes(object.status.phase);
    if (isOver) over.add(object.metadata.uid);
    return object.metadata.labels.version === 'new';
  });
  expect(over.size).toBe(2);
  await rolledOut(space);
});

apiBehaviour('a Deployment that keeps no history deletes its old sets, and makes no pod too many', async (space) => {
  await adoptable(space);
  const { metadata } = await space.get(space.core('pods'));
  using watch = await space.watch(`${space.core('pods')}?resourceVersion=${metadata.resourceVersion}`);
  await deploy(space, { replicas: 1, revisionHistoryLimit: 0, template: template('new') });
  await rolledOut(space);
  await eventually(async () => expect((await sets(space)).map(({ spec }) => spec.template.metadata.labels.version)).toEqual(['new']));
  const made: string[] = [];
  await watch.until(({ type, object }) => {
    if (type === 'ADDED') made.push(object.metadata.labels.version);
    return type === 'DELETED';
  });
  expect(made).toEqual(['new']);
});

apiBehaviour('a Deployment rolls over a change that is not through', async (space) => {
  await adoptable(space);
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  await deploy(space, { replicas: 1, minReadySeconds: 2, strategy, template: broken('stuck') });
  await eventually(async () => expect((await setOf(space, 'stuck'))?.status.replicas).toBe(1));
  expect((await setOf(space, 'before')).spec.replicas).toBe(1);
  expect((await space.get(path(space))).metadata.annotations[REVISION]).toBe('1');
  await space.patch('strategic', path(space), { spec: { template: template('new') } });
  const { annotations } = await rolledOut(space);
  expect(annotations[REVISION]).toBe('2');
  for (const version of ['before', 'stuck']) {
    await eventually(async () => expect((await setOf(space, version)).status.replicas).toBe(0));
  }
  expect((await setOf(space, 'new')).status).toMatchObject({ replicas: 1, availableReplicas: 1 });
});

apiBehaviour('a Deployment that is scaled amid a change gives each set its share', async (space) => {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } };
  await deploy(space, { replicas: 5, strategy, template: template('old') });
  await rolledOut(space);
  await space.patch('strategic', path(space), { spec: { template: broken('new') } });
  const sizes = async () => [(await setOf(space, 'old')).spec.replicas, (await setOf(space, 'new')).spec.replicas];
  await eventually(async () => expect(await sizes()).toEqual([4, 3]));
  await eventually(async () => {
    expect((await setOf(space, 'old')).status.availableReplicas).toBe(4);
    expect((await setOf(space, 'new')).status).toMatchObject({ replicas: 3 });
  });
  expect((await setOf(space, 'new')).status.availableReplicas ?? 0).toBe(0);
  await space.patch('strategic', path(space), { spec: { replicas: 10 } });
  // 4 and 3 of the 7 there may be at most become 7 and 5 of 12.
  await eventually(async () => expect(await sizes()).toEqual([7, 5]));
});

apiBehaviour('a Deployment lives: made, patched, updated, its status patched, listed, deleted, all of it seen', async (space) => {
  const labels = { 'test-deployment-static': space.namespace };
  using watch = await space.watch(`${space.in('apps/v1', 'deployments')}?${byLabels(labels)}`);
  const seen = (like: (deployment: Anything) => boolean) => watch.until(({ object }) => like(object));
  await space.create(space.in('apps/v1', 'deployments'), {
    metadata: { name: 'web', labels },
    spec: { replicas: 2, selector: { matchLabels: app }, template: template('one') },
  });
  await seen(({ status }) => status.readyReplicas === 2);
  await space.patch('strategic', path(space), {
    metadata: { labels: { 'test-deployment': 'patched' } },
    spec: { replicas: 1, template: { spec: { terminationGracePeriodSeconds: 3 } } },
  });
  await seen(({ metadata }) => metadata.labels['test-deployment'] === 'patched');
  const patched = await seen(({ spec, status }) => spec.replicas === 1 && status.replicas === 1 && status.readyReplicas === 1);
  expect(patched.object.spec.template.spec.terminationGracePeriodSeconds).toBe(3);
  const everywhere = (await space.get(`/apis/apps/v1/deployments?${byLabels(labels)}`)).items;
  expect(everywhere).toMatchObject([{ metadata: { name: 'web', labels: { 'test-deployment': 'patched' } } }]);

  await space.update(path(space), ({ metadata, spec }) => {
    metadata.labels['test-deployment'] = 'updated';
    spec.template = template('two');
    spec.replicas = 2;
  });
  await seen(
    ({ metadata, status }) =>
      status.observedGeneration === metadata.generation && status.updatedReplicas === 2 && status.readyReplicas === 2,
  );
  await rolledOut(space);
  // The status is its controller's, which mends what others write; labels are not of the status.
  await space.patch('strategic', `${path(space)}/status`, {
    metadata: { labels: { 'test-deployment': 'patched-status' } },
    status: { readyReplicas: 0, availableReplicas: 0 },
  });
  await seen(({ status }) => !status.readyReplicas);
  await seen(({ status }) => status.readyReplicas === 2 && status.updatedReplicas === 2 && !status.unavailableReplicas);
  const { metadata, spec } = await space.get(`${path(space)}/status`);
  expect([metadata.labels['test-deployment'], spec.template.metadata.labels.version]).toEqual(['updated', 'two']);
  await space.delete(`${space.in('apps/v1', 'deployments')}?${byLabels(labels)}`);
  await watch.until(({ type }) => type === 'DELETED');
  await eventually(async () => expect(await sets(space)).toEqual([]));
});
