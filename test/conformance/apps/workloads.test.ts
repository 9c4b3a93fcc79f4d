import { expect } from 'vitest';
import type { Deployment, ReplicaSet } from '../../../src/kubernetes/api/generated/apps-v1.ts';
import type { Pod, ReplicationController } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { behaviour, type Space, templateOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const labels = { app: 'web' };
const template = (more: object = {}) => templateOf({ labels, containers: [{ run: 'sleep 600', ...more }] });
const workload = (kind: string, name: string, spec: object, apiVersion = 'apps/v1') => ({
  apiVersion,
  kind,
  metadata: { name, labels },
  spec: { ...(apiVersion === 'v1' ? { selector: labels } : { selector: { matchLabels: labels } }), template: template(), ...spec },
});
const pods = async (space: Space) => (await space.kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', 'app=web')).items;
const names = (found: Pod[]) => found.map(({ metadata }) => metadata.name!).sort();
const scaleOf = (space: Space, path: string) =>
  space.kubectl('get', path, '--subresource=scale', '-o', 'jsonpath={.spec.replicas} {.status.replicas} {.status.selector}');
const merge = (space: Space, path: string, patch: object, ...more: string[]) =>
  space.kubectl('patch', ...path.split('/'), '--type=merge', '-p', JSON.stringify(patch), ...more);
const changedTemplate = (value: string) => ({ spec: { template: { metadata: { annotations: { changed: value } } } } });

const owners = [
  { kind: 'ReplicaSet', path: 'replicaset/web', apiVersion: 'apps/v1' },
  { kind: 'ReplicationController', path: 'replicationcontroller/web', apiVersion: 'v1' },
];
for (const { kind, path, apiVersion } of owners) {
  behaviour(`a ${kind} adopts a pod that matches and lets go of one that does not`, async (space) => {
    await space.pod({ name: 'orphan', labels, containers: [{ run: 'sleep 600' }] });
    await space.apply(workload(kind, 'web', { replicas: 1 }, apiVersion));
    await space.podIs('orphan', ({ metadata }) =>
      expect(metadata.ownerReferences?.[0]).toMatchObject({ kind, name: 'web', controller: true }),
    );
    expect(names(await pods(space))).toEqual(['orphan']);
    await space.kubectl('label', 'pod', 'orphan', 'app=released', '--overwrite');
    await space.podIs('orphan', ({ metadata }) => expect(metadata.ownerReferences).toBeUndefined());
    await eventually(async () => expect(await pods(space)).toHaveLength(1));
  });

  behaviour(`a ${kind} is scaled through its scale, patched, and deleted with its pods`, async (space) => {
    await space.apply(workload(kind, 'web', { replicas: 1 }, apiVersion));
    await eventually(async () => expect(await scaleOf(space, path)).toBe('1 1 app=web'));
    await space.kubectl('scale', path, '--replicas=3', '--current-replicas=1');
    await space.kubectl('wait', path, '--for=jsonpath={.status.readyReplicas}=3', '--timeout=60s');
    await merge(space, path, { spec: { replicas: 2 } }, '--subresource=scale');
    await eventually(async () => expect(await scaleOf(space, path)).toBe('2 2 app=web'));
    const { status } = await space.kubectl.json<ReplicaSet | ReplicationController>('get', path);
    expect(status).toMatchObject({ replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 3 });
    await merge(
      space,
      path,
      { status: { conditions: [{ type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set by a test' }] } },
      '--subresource=status',
    );
    await space.kubectl('delete', path.split('/')[0]!, '-l', 'app=web');
    await eventually(async () => expect(await pods(space)).toEqual([]));
  });

  behaviour(`a ${kind} over its quota says so, until it fits`, async (space) => {
    await space.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'two' }, spec: { hard: { pods: '2' } } });
    await space.kubectl('wait', 'resourcequota/two', '--for=jsonpath={.status.hard.pods}=2', '--timeout=20s');
    await space.apply(workload(kind, 'web', { replicas: 3 }, apiVersion));
    const condition = async () =>
      (await space.kubectl.json<ReplicaSet>('get', path)).status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
    await eventually(async () =>
      expect(await condition()).toMatchObject({
        status: 'True',
        reason: 'FailedCreate',
        message: expect.stringContaining('exceeded quota: two'),
      }),
    );
    await space.kubectl('scale', path, '--replicas=2');
    await eventually(async () => expect(await condition()).toBeUndefined());
  });
}

const deployment = async (space: Space) => await space.kubectl.json<Deployment>('get', 'deployment', 'web');
const sets = async (space: Space) => (await space.kubectl.json<{ items: ReplicaSet[] }>('get', 'replicasets', '-l', 'app=web')).items;
const rolledOut = (space: Space, path: string) => space.kubectl('rollout', 'status', path, '--timeout=90s');

for (const type of ['RollingUpdate', 'Recreate'])
  behaviour(`a Deployment replaces its pods: ${type}; old sets are kept up to the limit; undo`, async (space) => {
    await space.apply(workload('Deployment', 'web', { replicas: 2, strategy: { type }, revisionHistoryLimit: 1 }));
    await rolledOut(space, 'deployment/web');
    const before = names(await pods(space));
    for (const round of ['one', 'two']) {
      await merge(space, 'deployment/web', changedTemplate(round));
      await rolledOut(space, 'deployment/web');
    }
    await eventually(async () => expect(await sets(space)).toHaveLength(2));
    await eventually(async () => expect(names(await pods(space))).toHaveLength(2));
    expect(names(await pods(space))).not.toEqual(before);
    await space.kubectl('rollout', 'undo', 'deployment/web');
    await rolledOut(space, 'deployment/web');
    const now = await deployment(space);
    expect(now.spec.template.metadata?.annotations?.changed).toBe('one');
    expect(now.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('4');
  });

behaviour('the status of a Deployment is told, patched and kept', async (space) => {
  await space.apply(workload('Deployment', 'web', { replicas: 1 }));
  await rolledOut(space, 'deployment/web');
  const condition = { type: 'StatusPatched', status: 'True', reason: 'E2E', message: 'Set by a test' };
  await space.kubectl('patch', 'deployment', 'web', '--subresource=status', '-p', JSON.stringify({ status: { conditions: [condition] } }));
  const { status } = await deployment(space);
  expect(status?.conditions?.map(({ type }) => type)).toEqual(expect.arrayContaining(['Available', 'Progressing', 'StatusPatched']));
});
