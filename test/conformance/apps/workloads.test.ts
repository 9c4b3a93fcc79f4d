import { expect } from 'vitest';
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../../src/kubernetes/api/generated/apps-v1.ts';
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

behaviour('a Deployment takes over a set that is there, scales in proportion, and rolls over an unfinished change', async (space) => {
  await space.apply(workload('ReplicaSet', 'before', { replicas: 1 }));
  await space.kubectl('wait', 'replicaset/before', '--for=jsonpath={.status.readyReplicas}=1', '--timeout=60s');
  await space.apply(
    workload('Deployment', 'web', { replicas: 4, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } } }),
  );
  await rolledOut(space, 'deployment/web');
  expect((await sets(space)).map(({ metadata }) => metadata.name)).toEqual(['before']);
  await merge(space, 'deployment/web', {
    spec: { template: { spec: { containers: [{ name: 'main', image: 'no-such.invalid/thing:1' }] } } },
  });
  const sizes = async () => (await sets(space)).map(({ spec }) => spec.replicas).sort();
  await eventually(async () => expect(await sizes()).toEqual([3, 3]));
  await space.kubectl('scale', 'deployment/web', '--replicas=10');
  await eventually(async () => expect((await sizes()).reduce<number>((sum, size) => sum + size!, 0)).toBe(12));
  await space.kubectl('scale', 'deployment/web', '--replicas=2');
  await merge(space, 'deployment/web', { spec: { template: template({ env: [{ name: 'X', value: '1' }] }) } });
  await rolledOut(space, 'deployment/web');
  expect((await deployment(space)).status).toMatchObject({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 });
});

behaviour('the status of a Deployment is told, patched and kept', async (space) => {
  await space.apply(workload('Deployment', 'web', { replicas: 1 }));
  await rolledOut(space, 'deployment/web');
  const condition = { type: 'StatusPatched', status: 'True', reason: 'E2E', message: 'Set by a test' };
  await space.kubectl('patch', 'deployment', 'web', '--subresource=status', '-p', JSON.stringify({ status: { conditions: [condition] } }));
  const { status } = await deployment(space);
  expect(status?.conditions?.map(({ type }) => type)).toEqual(expect.arrayContaining(['Available', 'Progressing', 'StatusPatched']));
});

behaviour('a DaemonSet runs on every node its selector names, replaces pods that fail, changes and goes back', async (space) => {
  const daemon = workload('DaemonSet', 'web', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } } });
  await space.apply(daemon);
  await rolledOut(space, 'daemonset/web');
  const { status } = await space.kubectl.json<DaemonSet>('get', 'daemonset', 'web');
  expect(status).toMatchObject({ desiredNumberScheduled: status!.numberReady, numberMisscheduled: 0 });
  const [failing] = names(await pods(space));
  await merge(space, `pod/${failing}`, { status: { phase: 'Failed' } }, '--subresource=status');
  await eventually(async () => expect(names(await pods(space))).not.toContain(failing));
  await rolledOut(space, 'daemonset/web');
  const kept = names(await pods(space));
  await merge(space, 'daemonset/web', {
    spec: { template: { spec: { containers: [{ name: 'main', image: 'no-such.invalid/thing:1' }] } } },
  });
  await eventually(async () =>
    expect((await pods(space)).some(({ spec }) => spec?.containers[0]?.image?.startsWith('no-such'))).toBe(true),
  );
  await space.kubectl('rollout', 'undo', 'daemonset/web');
  await rolledOut(space, 'daemonset/web');
  expect(names(await pods(space)).filter((name) => kept.includes(name)).length).toBeGreaterThanOrEqual(0);
  const revisions = await space.kubectl.json<{ items: ControllerRevision[] }>('get', 'controllerrevisions', '-l', 'app=web');
  expect(revisions.items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  await merge(space, 'daemonset/web', { spec: { template: { spec: { nodeSelector: { color: space.namespace } } } } });
  await eventually(async () => expect(await pods(space)).toEqual([]));
  const [node] = (await space.kubectl('get', 'nodes', '-o', 'name')).trim().split('\n').slice(-1);
  await space.kubectl('label', node!, `color=${space.namespace}`, '--overwrite');
  await eventually(async () => expect((await pods(space)).map(({ spec }) => `node/${spec?.nodeName}`)).toEqual([node]));
  await space.kubectl('label', node!, 'color-');
  await eventually(async () => expect(await pods(space)).toEqual([]));
});

const stateful = (spec: object = {}) => [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'group' }, spec: { clusterIP: 'None', selector: labels, ports: [{ port: 80 }] } },
  workload('StatefulSet', 'ss', { serviceName: 'group', replicas: 3, ...spec }),
];
const gated = {
  template: template({
    run: undefined,
    command: ['sh', '-c', 'touch /tmp/ready; sleep 600'],
    readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 1 },
  }),
};
const statefulSet = async (space: Space) => await space.kubectl.json<StatefulSet>('get', 'statefulset', 'ss');

behaviour('a StatefulSet grows and shrinks in order and waits for a pod that is not ready', async (space) => {
  await space.apply(...stateful({ ...gated, replicas: 2 }));
  await rolledOut(space, 'statefulset/ss');
  await space.exec('ss-0', 'rm /tmp/ready');
  await space.podIs('ss-0', ({ status }) => expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False'));
  await space.kubectl('scale', 'statefulset/ss', '--replicas=3');
  await eventually(async () => expect((await statefulSet(space)).status?.observedGeneration).toBe(2));
  expect(names(await pods(space))).toEqual(['ss-0', 'ss-1']);
  await space.exec('ss-0', 'touch /tmp/ready');
  await rolledOut(space, 'statefulset/ss');
  expect(names(await pods(space))).toEqual(['ss-0', 'ss-1', 'ss-2']);
  const { metadata, spec } = await space.getPod('ss-1');
  expect(metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'ss-1', 'apps.kubernetes.io/pod-index': '1' });
  expect([spec?.hostname, spec?.subdomain]).toEqual(['ss-1', 'group']);
  await space.kubectl('scale', 'statefulset/ss', '--replicas=0');
  await eventually(async () => expect(await pods(space)).toEqual([]));
});

behaviour('a StatefulSet may start all its pods at once', async (space) => {
  await space.apply(
    ...stateful({
      podManagementPolicy: 'Parallel',
      template: templateOf({ labels, containers: [{ run: 'sleep 600', readinessProbe: { exec: { command: ['false'] } } }] }),
    }),
  );
  await eventually(async () => expect(names(await pods(space))).toEqual(['ss-0', 'ss-1', 'ss-2']));
  await space.kubectl('scale', 'statefulset/ss', '--replicas=1');
  await eventually(async () => expect(names(await pods(space))).toEqual(['ss-0']));
});

behaviour('a StatefulSet is changed from the last pod, above a partition first, and goes back', async (space) => {
  await space.apply(...stateful({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }));
  await rolledOut(space, 'statefulset/ss');
  const first = (await statefulSet(space)).status!.updateRevision!;
  await merge(space, 'statefulset/ss', changedTemplate('canary'));
  const revisions = async () => (await pods(space)).map(({ metadata }) => metadata.labels?.['controller-revision-hash']);
  await eventually(async () => {
    const second = (await statefulSet(space)).status!.updateRevision!;
    expect(second).not.toBe(first);
    expect(await revisions()).toEqual([first, first, second]);
  });
  await space.kubectl('wait', 'pod/ss-2', '--for=condition=Ready', '--timeout=60s');
  expect((await statefulSet(space)).status).toMatchObject({ currentRevision: first, updatedReplicas: 1, currentReplicas: 2 });
  await space.kubectl('delete', 'pod', 'ss-0', '--now');
  await eventually(async () => expect((await revisions())[0]).toBe(first));
  await merge(space, 'statefulset/ss', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
  await rolledOut(space, 'statefulset/ss');
  const { status } = await statefulSet(space);
  expect(status?.currentRevision).toBe(status?.updateRevision);
  await space.kubectl('rollout', 'undo', 'statefulset/ss');
  await rolledOut(space, 'statefulset/ss');
  expect((await statefulSet(space)).status?.updateRevision).toBe(first);
  await space.kubectl('delete', 'statefulset', '-l', 'app=web', '--timeout=30s');
});

behaviour('a pod of a StatefulSet that its node refused is made again', async (space) => {
  const node = (await space.kubectl('get', 'nodes', '-o', 'jsonpath={.items[-1:].metadata.name}')).trim();
  const ports = [{ containerPort: 21017, hostPort: 21017 }];
  await space.pod({ name: 'first', nodeName: node, containers: [{ run: 'sleep 600', ports }] });
  await space.ready('first');
  await space.apply(
    ...stateful({ replicas: 1, template: templateOf({ labels, nodeName: node, containers: [{ run: 'sleep 600', ports }] }) }),
  );
  const seen = new Set<string>();
  await eventually(async () => {
    for (const { metadata } of await pods(space)) seen.add(metadata.uid!);
    expect(seen.size).toBeGreaterThan(1);
  });
  await space.kubectl('delete', 'pod', 'first', '--now');
  await space.kubectl('wait', 'statefulset/ss', '--for=jsonpath={.status.readyReplicas}=1', '--timeout=60s');
});
