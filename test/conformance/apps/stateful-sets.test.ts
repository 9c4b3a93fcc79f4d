// Conformance: "StatefulSet Scaling should happen in predictable order and halt if any stateful pod is unhealthy", "... Burst scaling
// should run to completion even with unhealthy pods", "... should perform rolling updates and roll backs of template modifications",
// "... Should recreate evicted statefulset", "... should perform canary updates and phased rolling updates of template modifications".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import type { ClusterWatch } from '../../support/cluster-watch.ts';
import { conformanceKubeconfig } from '../../support/conformance-cluster.ts';
import { podOf, templateOf } from '../../support/conformance-space.ts';
import { schedulableNodes } from '../../support/extended-resource.ts';
import { kubectlWith } from '../../support/kubectl.ts';
import { eventually } from '../../support/process.ts';

const REVISION = 'controller-revision-hash';
const labels = { app: 'web' };
const path = (space: ApiSpace) => space.in('apps/v1', 'statefulsets', 'ss');

/** Ready as long as a file is there. */
const template = templateOf({
  labels,
  containers: [
    {
      run: 'touch /tmp/ready; sleep 600',
      readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 1 },
    },
  ],
});

async function make(space: ApiSpace, spec: object = {}): Promise<void> {
  const service = { clusterIP: 'None', selector: labels, ports: [{ port: 80 }] };
  await space.create(space.core('services'), { metadata: { name: 'group' }, spec: service });
  await space.create(space.in('apps/v1', 'statefulsets'), {
    metadata: { name: 'ss', labels },
    spec: { serviceName: 'group', replicas: 3, selector: { matchLabels: labels }, template, ...spec },
  });
}

const read = (space: ApiSpace) => space.get(path(space));
const pods = async (space: ApiSpace): Promise<Anything[]> =>
  (await space.get(`${space.core('pods')}?${byLabels(labels)}`)).items.sort((a: Anything, b: Anything) =>
    a.metadata.name.localeCompare(b.metadata.name),
  );
const isReady = ({ status }: Anything) => status.conditions?.find(({ type }: Anything) => type === 'Ready')?.status === 'True';
const podIs = (space: ApiSpace, name: string, ready: boolean) =>
  eventually(async () => expect(isReady(await space.get(space.core('pods', name)))).toBe(ready));

async function exec(space: ApiSpace, pod: string, script: string): Promise<void> {
  const kubectl = kubectlWith({ KUBECONFIG: await conformanceKubeconfig() });
  await kubectl('-n', space.namespace, 'exec', pod, '--', 'sh', '-c', script);
}

async function makeUnready(space: ApiSpace, pod: string): Promise<void> {
  await exec(space, pod, 'rm /tmp/ready');
  await podIs(space, pod, false);
}

const makeReady = (space: ApiSpace, pod: string) => exec(space, pod, 'touch /tmp/ready');

/** As many pods, all ready and not about to go. */
const hasReady = (space: ApiSpace, count: number) =>
  eventually(async () => {
    const found = await pods(space);
    expect(found.map((pod) => isReady(pod) && !pod.metadata.deletionTimestamp)).toEqual(Array.from({ length: count }, () => true));
    expect((await read(space)).status.readyReplicas ?? 0).toBe(count);
    return found;
  }, 90);

/** Its controller has seen what is wanted now, and done what it does about it. */
const observed = (space: ApiSpace) =>
  eventually(async () => {
    const { metadata, status } = await read(space);
    expect(status.observedGeneration).toBe(metadata.generation);
    return status;
  });

const scale = (space: ApiSpace, replicas: number) => space.patch('merge', `${path(space)}/scale`, { spec: { replicas } });
const changeTo = (space: ApiSpace, value: string) =>
  space.patch('merge', path(space), { spec: { template: { metadata: { annotations: { version: value } } } } });

async function watchPods(space: ApiSpace): Promise<ClusterWatch> {
  const { metadata } = await space.get(space.core('pods'));
  return space.watch(`${space.core('pods')}?resourceVersion=${metadata.resourceVersion}&${byLabels(labels)}`);
}

/** The names of the next pods that come or go. */
async function next(watch: ClusterWatch, type: 'ADDED' | 'DELETED', count: number): Promise<string[]> {
  const names: string[] = [];
  while (names.length < count) names.push((await watch.until((event) => event.type === type)).object.metadata.name);
  return names;
}

apiBehaviour('a StatefulSet grows and shrinks one pod after the other, and not while one is not ready', async (space) => {
  using watch = await watchPods(space);
  await make(space, { replicas: 1 });
  await hasReady(space, 1);
  await makeUnready(space, 'ss-0');
  await scale(space, 3);
  await observed(space);
  expect((await pods(space)).map(({ metadata }) => metadata.name)).toEqual(['ss-0']);
  await makeReady(space, 'ss-0');
  const [, second] = await hasReady(space, 3);
  expect(second.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'ss-1', 'apps.kubernetes.io/pod-index': '1' });
  expect([second.spec.hostname, second.spec.subdomain]).toEqual(['ss-1', 'group']);
  const came: string[] = [];
  await watch.until(({ type, object }) => {
    if (type === 'ADDED') came.push(object.metadata.name);
    // Nobody comes before the one before is ready.
    else if (type === 'MODIFIED' && isReady(object) && came.at(-1) === object.metadata.name) came.push('ready');
    return came.length === 6;
  });
  expect(came).toEqual(['ss-0', 'ready', 'ss-1', 'ready', 'ss-2', 'ready']);

  const all = ['ss-0', 'ss-1', 'ss-2'];
  await Promise.all(all.map((name) => makeUnready(space, name)));
  await eventually(async () => expect((await read(space)).status.readyReplicas ?? 0).toBe(0));
  await scale(space, 0);
  await observed(space);
  expect((await pods(space)).map(({ metadata }) => metadata.deletionTimestamp)).toEqual([undefined, undefined, undefined]);
  await Promise.all(all.map((name) => makeReady(space, name)));
  expect(await next(watch, 'DELETED', 3)).toEqual(['ss-2', 'ss-1', 'ss-0']);
  await hasReady(space, 0);
});

apiBehaviour('a StatefulSet that does not mind the order grows and shrinks whatever its pods are', async (space) => {
  await make(space, { replicas: 1, podManagementPolicy: 'Parallel' });
  await hasReady(space, 1);
  await makeUnready(space, 'ss-0');
  await scale(space, 3);
  await eventually(async () => expect((await pods(space)).map(isReady)).toEqual([false, true, true]));
  for (const name of ['ss-1', 'ss-2']) await makeUnready(space, name);
  await scale(space, 0);
  await hasReady(space, 0);
});

apiBehaviour('a StatefulSet is changed from its last pod to its first, and goes back to the revision before', async (space) => {
  await make(space);
  const before = await hasReady(space, 3);
  const { currentRevision: first, updateRevision } = await observed(space);
  expect(updateRevision).toBe(first);
  await makeUnready(space, 'ss-1');
  await eventually(async () => expect((await read(space)).status.readyReplicas).toBe(2));
  using watch = await watchPods(space);
  await changeTo(space, 'new');
  const { currentRevision, updateRevision: second } = await observed(space);
  expect(currentRevision).toBe(first);
  expect(second).not.toBe(first);
  expect((await pods(space)).map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
  await makeReady(space, 'ss-1');
  expect(await next(watch, 'DELETED', 3)).toEqual(['ss-2', 'ss-1', 'ss-0']);
  await at(space, [second, second, second], 'new');
  await eventually(async () => expect((await read(space)).status).toMatchObject({ currentRevision: second, updateRevision: second }));

  await space.patch('json', path(space), [{ op: 'remove', path: '/spec/template/metadata/annotations' }]);
  expect(await next(watch, 'DELETED', 3)).toEqual(['ss-2', 'ss-1', 'ss-0']);
  await at(space, [first, first, first], undefined);
  await eventually(async () => expect((await read(space)).status).toMatchObject({ currentRevision: first, updateRevision: first }));
});

/** All pods are ready, each at its revision; those changed as the last of them. */
async function at(space: ApiSpace, revisions: string[], version: string | undefined): Promise<void> {
  await eventually(async () => {
    const found = await hasReady(space, 3);
    expect(found.map(({ metadata }) => metadata.labels[REVISION])).toEqual(revisions);
    expect(found.at(-1).metadata.annotations?.version).toBe(version);
  }, 90);
}

apiBehaviour('a StatefulSet is changed above a partition alone, which moves', async (space) => {
  const partition = (from: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: from } } });
  const moveTo = (from: number) => space.patch('merge', path(space), { spec: partition(from) });
  await make(space, partition(3));
  const before = await hasReady(space, 3);
  const { currentRevision: first } = await observed(space);
  await changeTo(space, 'new');
  const { updateRevision: second } = await observed(space);
  expect(second).not.toBe(first);
  expect((await pods(space)).map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
  await moveTo(2);
  await at(space, [first, first, second], 'new');
  expect((await read(space)).status).toMatchObject({ currentRevision: first, updatedReplicas: 1, currentReplicas: 2 });
  // Pods that go come back as they were.
  for (const index of [0, 2]) await space.delete(space.core('pods', `ss-${index}`));
  await eventually(async () => expect((await pods(space))[0].metadata.uid).not.toBe(before[0].metadata.uid));
  await at(space, [first, first, second], 'new');
  await moveTo(1);
  await at(space, [first, second, second], 'new');
  await moveTo(0);
  await at(space, [second, second, second], 'new');
  await eventually(async () => expect((await read(space)).status).toMatchObject({ currentRevision: second, updatedReplicas: 3 }));
});

apiBehaviour('a pod of a StatefulSet that its node refused is made again, until the node takes it', async (space) => {
  const nodeName: string = (await schedulableNodes(space)).at(-1).metadata.name;
  const sketch = { nodeName, containers: [{ run: 'sleep 600', ports: [{ containerPort: 21017, hostPort: 21017 }] }] };
  await space.create(space.core('pods'), podOf({ name: 'first', ...sketch }));
  await eventually(async () => expect((await space.get(space.core('pods', 'first'))).status.phase).toBe('Running'));
  using watch = await watchPods(space);
  await make(space, { replicas: 1, template: templateOf({ labels, ...sketch }) });
  const { object } = await watch.until(({ type }) => type === 'DELETED');
  expect(object).toMatchObject({ metadata: { name: 'ss-0' }, status: { phase: 'Failed', reason: 'NodePorts' } });
  await space.delete(space.core('pods', 'first'));
  const [pod] = await hasReady(space, 1);
  expect(pod.metadata.uid).not.toBe(object.metadata.uid);
});
