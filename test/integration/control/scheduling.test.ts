import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod, PodSpec } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { deployments, events, nodes, pods } from '../../../src/kubernetes/api/resources.ts';
import type { TestControlPlane } from '../../support/control-plane.ts';
import { startControlPlane } from '../../support/control-plane.ts';

let world: TestControlPlane;

beforeAll(async () => {
  world = await startControlPlane();
});
afterAll(() => world[Symbol.asyncDispose]());

const pod = (name: string, spec: Partial<PodSpec> = {}): Pod => ({
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'v1' }], ...spec },
});
const untilPlaced = (name: string) => world.untilOne(pods, `default/${name}`, (each) => each?.spec.nodeName !== undefined);
const untilRefused = (name: string) =>
  world.untilOne(
    pods,
    `default/${name}`,
    (each) => each?.status?.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False') ?? false,
  );
const refusalOf = (each: Pod | undefined) => each?.status?.conditions?.find(({ type }) => type === 'PodScheduled');

test('the pods of a Deployment spread over the nodes', async () => {
  await world.api.create(deployments, {
    metadata: { name: 'spread', namespace: 'default' },
    spec: {
      replicas: 6,
      selector: { matchLabels: { app: 'spread' } },
      template: { metadata: { labels: { app: 'spread' } }, spec: { containers: [{ name: 'c', image: 'v1' }] } },
    },
  });
  const placed = await world.until(
    pods,
    (all) => all.filter(({ metadata, spec }) => metadata.labels?.app === 'spread' && spec.nodeName).length === 6,
  );
  const counts = Map.groupBy(
    placed.filter(({ metadata }) => metadata.labels?.app === 'spread'),
    ({ spec }) => spec.nodeName,
  );
  expect([...counts.values()].map((each) => each.length)).toEqual([2, 2, 2]);
});

test('a pod that fits nowhere says why, in a condition and an event', async () => {
  await world.api.create(pods, pod('huge', { containers: [{ name: 'c', image: 'v1', resources: { requests: { cpu: '100' } } }] }));
  const refused = await untilRefused('huge');
  const message =
    '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
  expect(refusalOf(refused)).toMatchObject({ reason: 'Unschedulable', message });
  await world.until(events, (all) =>
    all.some((event) => event.reason === 'FailedScheduling' && event.message === message && event.type === 'Warning'),
  );
});

test('a waiting pod is placed as soon as a node suits it', async () => {
  await world.api.create(pods, pod('picky', { nodeSelector: { disk: 'fast' } }));
  await untilRefused('picky');
  await world.api.patch(nodes, { name: 'node-2' }, { metadata: { labels: { disk: 'fast' } } }, { type: 'merge' });
  expect((await untilPlaced('picky'))?.spec.nodeName).toBe('node-2');
});

test('taints keep pods out and, with NoExecute, drive them out', async () => {
  await world.addNode('tainted', { taints: [{ key: 'reserved', effect: 'NoSchedule' }], labels: { role: 'reserved' } });
  await world.api.create(pods, pod('intruder', { nodeSelector: { role: 'reserved' } }));
  expect(refusalOf(await untilRefused('intruder'))?.message).toContain('1 node(s) had untolerated taint {reserved: }');
  await world.api.create(
    pods,
    pod('guest', { nodeSelector: { role: 'reserved' }, tolerations: [{ key: 'reserved', operator: 'Exists' }] }),
  );
  expect((await untilPlaced('guest'))?.spec.nodeName).toBe('tainted');
  await world.api.patch(nodes, { name: 'tainted' }, { spec: { taints: [{ key: 'leave', effect: 'NoExecute' }] } }, { type: 'merge' });
  await world.untilOne(pods, 'default/guest', (each) => each === undefined);
});

test('a cordoned node gets no pods', async () => {
  await world.api.patch(nodes, { name: 'node-2' }, { spec: { unschedulable: true } }, { type: 'merge' });
  await world.untilOne(
    nodes,
    'node-2',
    (each) => each?.spec.taints?.some(({ key }) => key === 'node.kubernetes.io/unschedulable') ?? false,
  );
  await world.api.create(pods, pod('barred', { nodeSelector: { disk: 'fast' } }));
  expect(refusalOf(await untilRefused('barred'))?.message).toContain('1 node(s) were unschedulable');
  await world.api.patch(nodes, { name: 'node-2' }, { spec: { unschedulable: null } }, { type: 'merge' });
  expect((await untilPlaced('barred'))?.spec.nodeName).toBe('node-2');
});

test('anti-affinity keeps two pods apart', async () => {
  const apart = {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          topologyKey: 'kubernetes.io/hostname',
          labelSelector: { matchExpressions: [{ key: 'app', operator: 'In' as const, values: ['left', 'right'] }] },
        },
      ],
    },
  };
  await world.api.create(pods, pod('left', { affinity: apart }));
  await world.api.create(pods, pod('right', { affinity: apart }));
  const [left, right] = await Promise.all([untilPlaced('left'), untilPlaced('right')]);
  expect(left?.spec.nodeName).not.toBe(right?.spec.nodeName);
});
