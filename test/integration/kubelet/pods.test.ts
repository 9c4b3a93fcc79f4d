import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContainerStatus, Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { configMaps, events, nodes, pods } from '../../../src/kubernetes/api/resources.ts';
import { NODE, startTestKubelet, type TestKubelet } from '../../support/kubelet.ts';

let kubelet: TestKubelet;

beforeEach(async () => {
  kubelet = await startTestKubelet();
});
afterEach(() => kubelet[Symbol.asyncDispose]());

const isReady = (pod?: Pod) => pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
const phase = (wanted: string) => (pod?: Pod) => pod?.status?.phase === wanted;
const container = (pod: Pod | undefined, name = 'app'): ContainerStatus | undefined =>
  [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])].find((status) => status.name === name);
const reasonsOf = async () => (await kubelet.api.list(events, { namespace: 'default' })).items.map(({ reason }) => reason);

test('a pod becomes ready', async () => {
  await kubelet.create({ name: 'web' });
  const pod = await kubelet.until('web', isReady);
  expect(pod?.status).toMatchObject({
    phase: 'Running',
    podIP: '10.244.0.2',
    qosClass: 'BestEffort',
    containerStatuses: [{ ready: true, restartCount: 0 }],
  });
  expect(await reasonsOf()).toEqual(expect.arrayContaining(['Pulled', 'Created', 'Started']));
});

test('the node registers and becomes ready', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  const node = await kubelet.api.get(nodes, { name: NODE });
  expect(node.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
  expect(node.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux' });
});

test('a deleted pod is stopped, then gone', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  await kubelet.api.delete(pods, { namespace: 'default', name: 'web' });
  await kubelet.until('web', (pod) => pod === undefined);
  expect([kubelet.runtime.sandboxes.size, kubelet.runtime.containers.size]).toEqual([0, 0]);
});

test('a container that fails again and again is restarted with growing pauses', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  kubelet.runtime.exit('app', 3);
  await kubelet.until('web', (pod) => isReady(pod) && container(pod)?.restartCount === 1);
  kubelet.runtime.exit('app', 3);
  const waiting = await kubelet.until('web', (pod) => container(pod)?.state?.waiting?.reason === 'CrashLoopBackOff');
  expect(container(waiting)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 3 } } });
  expect(container(waiting)?.state?.waiting?.message).toMatch(/^back-off 10s restarting failed container=app pod=web_default\(/);
  await kubelet.until('web', (pod) => isReady(pod) && container(pod)?.restartCount === 2);
});

test('a job is finished by its success', async () => {
  await kubelet.create({ name: 'job', restartPolicy: 'OnFailure' });
  await kubelet.until('job', isReady);
  kubelet.runtime.exit('app', 0);
  const pod = await kubelet.until('job', phase('Succeeded'));
  expect(container(pod)?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
});

test('init containers run one after the other, sidecars beside the app', async () => {
  const initContainers = [
    { name: 'first', image: 'app:1' },
    { name: 'side', image: 'app:1', restartPolicy: 'Always' },
    { name: 'second', image: 'app:1' },
  ];
  await kubelet.create({ name: 'web', restartPolicy: 'Never', initContainers });
  await kubelet.until('web', (pod) => container(pod, 'first')?.state?.running !== undefined);
  expect(kubelet.runtime.find('side')).toBeUndefined();
  kubelet.runtime.exit('first', 0);
  await kubelet.until('web', (pod) => container(pod, 'second')?.state?.running !== undefined);
  kubelet.runtime.exit('second', 0);
  await kubelet.until('web', isReady);
  kubelet.runtime.exit('app', 0);
  const done = await kubelet.until('web', phase('Succeeded'));
  expect(container(done, 'side')?.state?.terminated).toBeDefined();
});

test.each([
  { name: 'an image that nobody has', image: 'other:1', reason: 'ErrImagePull' },
  { name: 'an image that must be there', image: 'other:1', imagePullPolicy: 'Never' as const, reason: 'ErrImageNeverPull' },
  { name: 'no image name', image: 'Oh No', reason: 'InvalidImageName' },
  { name: 'a program that is missing', image: 'app:1', command: ['/missing'], reason: 'RunContainerError' },
  { name: 'a missing ConfigMap', image: 'app:1', envFrom: [{ configMapRef: { name: 'gone' } }], reason: 'CreateContainerConfigError' },
])('$name: $reason', async ({ name: _, reason, ...spec }) => {
  await kubelet.create({ name: 'web', containers: [{ name: 'app', ...spec }] });
  await kubelet.until('web', (pod) => container(pod)?.state?.waiting?.reason === reason);
});

test('what was missing is used as soon as it is there', async () => {
  await kubelet.create({
    name: 'web',
    containers: [
      { name: 'app', image: 'app:1', env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }] },
    ],
  });
  await kubelet.until('web', (pod) => container(pod)?.state?.waiting?.reason === 'CreateContainerConfigError');
  await kubelet.api.create(configMaps, { metadata: { name: 'settings', namespace: 'default' }, data: { mode: 'fast' } });
  await kubelet.until('web', isReady);
  const envs = kubelet.runtime.find('app')?.config.envs ?? [];
  expect(envs.find(({ key }) => key === 'MODE')?.value.toString()).toBe('fast');
});

test('a ConfigMap volume follows its object', async () => {
  await kubelet.api.create(configMaps, { metadata: { name: 'settings', namespace: 'default' }, data: { mode: 'slow' } });
  const pod = await kubelet.create({ name: 'web', volumes: [{ name: 'settings', configMap: { name: 'settings' } }] });
  await kubelet.until('web', isReady);
  const file = join(kubelet.folder, 'root/pods', pod.metadata.uid ?? '', 'volumes/kubernetes.io~configmap/settings/mode');
  expect(await readFile(file, 'utf8')).toBe('slow');
  await kubelet.api.patch(configMaps, { namespace: 'default', name: 'settings' }, { data: { mode: 'fast' } }, { type: 'merge' });
  let text = '';
  await kubelet.until('web', () => {
    void readFile(file, 'utf8').then((read) => {
      text = read;
    });
    return text === 'fast';
  });
});

const withImageVolume = (reference: string) => ({
  name: 'web',
  containers: [{ name: 'app', image: 'app:1', volumeMounts: [{ name: 'files', mountPath: '/files', subPath: 'some' }] }],
  volumes: [{ name: 'files', image: { reference, pullPolicy: 'IfNotPresent' as const } }],
});

test('the image of a volume is seen to, and mounted as the runtime knows it', async () => {
  await kubelet.create(withImageVolume('app:2'));
  await kubelet.until('web', isReady);
  expect(kubelet.runtime.find('app')?.config.mounts.find(({ containerPath }) => containerPath === '/files')).toMatchObject({
    image: { image: 'id of app:2' },
    imageSubPath: 'some',
    readonly: true,
  });
});

test('a container waits for the image of a volume that nobody has, and tries again', async () => {
  await kubelet.create(withImageVolume('other'));
  const waiting = await kubelet.until('web', (pod) => container(pod)?.state?.waiting?.reason === 'ErrImagePull');
  expect(container(waiting)?.state?.waiting?.message).toContain('no registry has other:latest');
  await kubelet.until('web', (pod) => container(pod)?.state?.waiting?.reason === 'ImagePullBackOff');
  kubelet.runtime.images.add('other:latest');
  await kubelet.until('web', isReady);
});

test('a kubelet that comes back adopts what runs', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  await kubelet.stop();
  kubelet.start();
  await kubelet.create({ name: 'second' });
  const second = await kubelet.until('second', isReady);
  expect(second).toBeDefined();
  const pod = await kubelet.until('web', isReady);
  expect(container(pod)?.restartCount).toBe(0);
  expect(kubelet.runtime.calls.filter((call) => call === 'RunPodSandbox')).toHaveLength(2);
});

test('pods deleted while no kubelet ran are cleared away', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  await kubelet.stop();
  await kubelet.api.delete(pods, { namespace: 'default', name: 'web' }, { gracePeriodSeconds: 0 });
  kubelet.start();
  await kubelet.until('web', () => kubelet.runtime.sandboxes.size === 0);
});

test('what happened while the runtime was away is seen when it is back', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  kubelet.runtime.restart(() => kubelet.runtime.exit('app', 1));
  await kubelet.until('web', (pod) => isReady(pod) && container(pod)?.restartCount === 1);
});

test('after a reboot of the machine pods get new sandboxes', async () => {
  await kubelet.create({ name: 'web' });
  await kubelet.until('web', isReady);
  await kubelet.stop();
  kubelet.runtime.reboot();
  kubelet.start();
  const pod = await kubelet.until('web', (found) => isReady(found) && container(found)?.restartCount === 1);
  expect(pod?.status?.podIP).toBe('10.244.0.3');
});

test('a deadline ends the pod', async () => {
  await kubelet.create({ name: 'web', activeDeadlineSeconds: 60 });
  const pod = await kubelet.until('web', phase('Failed'));
  expect(pod?.status).toMatchObject({ reason: 'DeadlineExceeded' });
});
