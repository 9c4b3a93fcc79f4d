// Conformance: "Pods should run through the lifecycle of Pods and PodStatus", "... be submitted and removed", "... be updated",
// "... delete a collection of pods", "... get a host IP", "... patch a pod status", "RuntimeClass should schedule a Pod requesting a
// RuntimeClass and initialize its Overhead", "... without PodOverhead", "Containers should use the image defaults if command and args
// are blank", "... writable rootfs when readOnlyRootFilesystem=false".
import { isIP } from 'node:net';
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { behaviour, podOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const sleeping = [{ run: 'sleep 600' }];
const path = (space: ApiSpace, name?: string) => space.core('pods', name);
const running = (space: ApiSpace, name: string) =>
  eventually(async () => {
    const pod = await space.get(path(space, name));
    expect(pod.status.phase).toBe('Running');
    return pod;
  });
const condition = (pod: Anything, wanted: string) => pod.status.conditions?.find(({ type }: Anything) => type === wanted);

apiBehaviour('a pod lives: made, run, patched, its status too, and deleted, all of it seen', async (space) => {
  const labels = { 'test-pod-static': space.namespace };
  using watch = await space.watch(`${path(space)}?${byLabels(labels)}`);
  expect((await space.get(`${path(space)}?${byLabels(labels)}`)).items).toEqual([]);
  await space.create(path(space), podOf({ name: 'pod', labels, containers: sleeping }));
  expect((await watch.next()).type).toBe('ADDED');
  await watch.until(({ object }) => object.status.phase === 'Running' && condition(object, 'Ready')?.status === 'True');
  const image = 'other.invalid/image:2';
  await space.patch('strategic', path(space, 'pod'), {
    metadata: { labels: { 'test-pod': 'patched' } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image }] },
  });
  const { type, object } = await watch.until((event) => event.object.metadata.labels['test-pod'] === 'patched');
  expect([type, object.spec.containers[0].image]).toEqual(['MODIFIED', image]);
  const conditions = [
    { type: 'Ready', status: 'False' },
    { type: 'e2e.example.com/seen', status: 'True' },
  ];
  await space.patch('strategic', `${path(space, 'pod')}/status`, { status: { conditions } });
  await watch.until((event) => condition(event.object, 'e2e.example.com/seen')?.status === 'True');
  // The kubelet, which has to try the image, keeps what is not its own.
  await watch.until(
    (event) => event.object.status.containerStatuses?.[0].restartCount || event.object.status.containerStatuses?.[0].state.waiting,
  );
  expect(condition(await space.get(path(space, 'pod')), 'e2e.example.com/seen').status).toBe('True');
  await space.delete(`${path(space)}?${byLabels(labels)}`);
  await watch.until((event) => event.type === 'DELETED');
  expect((await space.get(`${path(space)}?${byLabels(labels)}`)).items).toEqual([]);
});

apiBehaviour('a pod is submitted, updated and removed within its grace period', async (space) => {
  const labels = { time: space.namespace };
  using watch = await space.watch(`${path(space)}?${byLabels(labels)}`);
  const containers = [{ run: 'trap "exit 0" TERM; sleep 600 & wait' }];
  await space.create(path(space), podOf({ name: 'pod', labels, containers }));
  const { status } = await running(space, 'pod');
  expect(isIP(status.hostIP)).toBeTruthy();
  expect(status.hostIPs).toEqual([{ ip: status.hostIP }]);
  await space.update(path(space, 'pod'), ({ metadata }) => {
    metadata.labels.updated = 'yes';
  });
  expect(namesOf(await space.get(`${path(space)}?${byLabels({ ...labels, updated: 'yes' })}`))).toEqual(['pod']);
  const deleted = await space.delete(`${path(space, 'pod')}?gracePeriodSeconds=30`);
  expect(deleted.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, deletionTimestamp: expect.any(String) });
  const { object } = await watch.until(({ type }) => type === 'DELETED');
  expect(object.metadata.deletionTimestamp).toBeDefined();
  expect(object.spec.terminationGracePeriodSeconds).toBe(1);
  expect((await space.get(`${path(space)}?${byLabels(labels)}`)).items).toEqual([]);
});

apiBehaviour('pods are deleted as a collection', async (space) => {
  const labels = { type: 'Testing' };
  for (const name of ['one', 'two', 'three']) await space.create(path(space), podOf({ name, labels, containers: sleeping }));
  expect((await space.get(`${path(space)}?${byLabels(labels)}`)).items).toHaveLength(3);
  await space.delete(`${path(space)}?${byLabels(labels)}`, { gracePeriodSeconds: 0 });
  await eventually(async () => expect((await space.get(`${path(space)}?${byLabels(labels)}`)).items).toEqual([]));
});

apiBehaviour('others add to the status of a pod', async (space) => {
  await space.create(path(space), podOf({ name: 'pod', containers: sleeping }));
  await running(space, 'pod');
  const status = { message: 'Patched by e2e test', reason: 'E2E' };
  const patched = await space.patch('strategic', `${path(space, 'pod')}/status`, { status });
  expect(patched.status).toMatchObject(status);
});

const overheads = [
  { name: 'brings', overhead: { podFixed: { cpu: '10m', memory: '1Mi' } } },
  { name: 'brings no', overhead: undefined },
];
for (const { name, overhead } of overheads)
  apiBehaviour(`a pod of a runtime class that ${name} overhead is scheduled`, async (space, context) => {
    const classes = '/apis/node.k8s.io/v1/runtimeclasses';
    context.onTestFinished(async () => void (await space.ask('DELETE', `${classes}/${space.namespace}`)));
    // Not a handler the runtime has: the pod is not going to start.
    await space.create(classes, { metadata: { name: space.namespace }, handler: 'test-handler', overhead });
    await space.create(path(space), podOf({ name: 'pod', runtimeClassName: space.namespace, containers: sleeping }));
    const { spec } = await eventually(async () => {
      const pod = await space.get(path(space, 'pod'));
      expect(condition(pod, 'PodScheduled')?.status).toBe('True');
      return pod;
    });
    expect(spec.nodeName).toEqual(expect.any(String));
    expect(spec.overhead).toEqual(overhead?.podFixed);
  });

behaviour('a container that says nothing else runs what its image says, and may write', async (space) => {
  expect(await space.output({ containers: [{}] })).toBe('');
  const securityContext = { readOnlyRootFilesystem: false };
  expect(await space.output({ containers: [{ run: 'echo x > /file; cat /file', securityContext }] })).toBe('x\n');
});
