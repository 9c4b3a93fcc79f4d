// Conformance: "SchedulerPreemption validates basic preemption works", "... validates lower priority pod preemption by critical
// pod", "... validates pod disruption condition is added to the preempted pod", "... PreemptionExecutionPath runs ReplicaSets to
// verify preemption running path".
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { podOf, templateOf } from '../../support/conformance-space.ts';
import { extendedResource, schedulableNodes, using } from '../../support/extended-resource.ts';
import { eventually } from '../../support/process.ts';

/** Priority classes until the test is over; returns the names. */
async function priorityClasses(space: ApiSpace, context: TestContext, values: number[]): Promise<string[]> {
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const names = values.map((value) => `${space.namespace}-${value}`);
  context.onTestFinished(async () => {
    for (const name of names) await space.ask('DELETE', `${path}/${name}`);
  });
  for (const [index, value] of values.entries()) await space.create(path, { metadata: { name: names[index] }, value });
  return names;
}

const running = (space: ApiSpace, path: string) =>
  eventually(async () => {
    const pod = await space.get(path);
    expect(pod.status.phase).toBe('Running');
    return pod;
  });

const pin = (node: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});

const urgent = [
  { name: 'a pod of more importance', namespace: undefined, priorityClassName: undefined },
  { name: 'a critical pod of the system', namespace: 'kube-system', priorityClassName: 'system-cluster-critical' },
];
for (const { name, namespace, priorityClassName } of urgent)
  apiBehaviour(`${name} takes the place of the least important one, where nothing is free`, async (space, context) => {
    const nodes: string[] = (await schedulableNodes(space)).map(({ metadata }) => metadata.name);
    if (nodes.length < 2) return context.skip('there is one node for pods alone');
    const [low, medium, high] = await priorityClasses(space, context, [1, 100, 1000]);
    const resource = await extendedResource(space, context, nodes, 3);
    const containers = [{ run: 'sleep 600', resources: using(resource, 2) }];
    for (const [index, node] of nodes.entries()) {
      const pod = podOf({ name: `pod-${index}`, affinity: pin(node), priorityClassName: index === 0 ? low : medium, containers });
      await space.create(space.core('pods'), pod);
    }
    for (const index of nodes.keys()) await running(space, space.core('pods', `pod-${index}`));

    const preemptor = podOf({ name: `${space.namespace}-preemptor`, priorityClassName: priorityClassName ?? high, containers });
    const path = `/api/v1/namespaces/${namespace ?? space.namespace}/pods`;
    context.onTestFinished(async () => {
      await space.ask('DELETE', `${path}/${preemptor.metadata.name}?gracePeriodSeconds=0`);
    });
    await space.create(path, preemptor);
    expect((await running(space, `${path}/${preemptor.metadata.name}`)).spec.nodeName).toBe(nodes[0]);
    const { code, body } = await space.ask('GET', space.core('pods', 'pod-0'));
    expect(code === 404 || body.metadata.deletionTimestamp !== undefined).toBe(true);
    for (const index of nodes.keys().drop(1)) {
      expect((await space.get(space.core('pods', `pod-${index}`))).metadata.deletionTimestamp).toBeUndefined();
    }
  });

apiBehaviour('a preempted pod is told why it has to go', async (space, context) => {
  const [node] = (await schedulableNodes(space)).map(({ metadata }) => metadata.name);
  const [low, high] = await priorityClasses(space, context, [1, 1000]);
  const resource = await extendedResource(space, context, [node], 1);
  const containers = [{ run: 'sleep 600', resources: using(resource, 1) }];
  const victim = podOf({ name: 'victim', priorityClassName: low, containers });
  await space.create(space.core('pods'), { ...victim, metadata: { ...victim.metadata, finalizers: ['example.com/hold'] } });
  await running(space, space.core('pods', 'victim'));
  await space.create(space.core('pods'), podOf({ name: 'preemptor', priorityClassName: high, containers }));
  const { status } = await eventually(async () => {
    const pod = await space.get(space.core('pods', 'victim'));
    expect(pod.metadata.deletionTimestamp).toBeDefined();
    return pod;
  });
  expect(status.conditions).toContainEqual(
    expect.objectContaining({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    }),
  );
  await space.patch('merge', space.core('pods', 'victim'), { metadata: { finalizers: null } });
  await running(space, space.core('pods', 'preemptor'));
});

apiBehaviour('as many pods are preempted as have to be, the least important, each once', async (space, context) => {
  const [node] = (await schedulableNodes(space)).slice(-1);
  const classes = await priorityClasses(space, context, [1, 2, 3, 4]);
  const resource = await extendedResource(space, context, [node.metadata.name], 1000);
  const nodeSelector = { 'kubernetes.io/hostname': node.metadata.labels['kubernetes.io/hostname'] };
  const sketch = (index: number, amount: number) => ({
    priorityClassName: classes[index]!,
    nodeSelector,
    containers: [{ run: 'sleep 600', resources: using(resource, amount) }],
  });
  using watch = await space.watch(space.core('pods'));
  const sets = space.in('apps/v1', 'replicasets');
  for (const [index, amount] of [200, 300, 450].entries()) {
    const labels = { name: `pod${index + 1}` };
    const template = templateOf({ labels, ...sketch(index, amount) });
    await space.create(sets, {
      metadata: { name: `rs-pod${index + 1}` },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
  }
  await eventually(async () =>
    expect((await space.get(sets)).items.map(({ status }: Anything) => status.availableReplicas)).toEqual([1, 1, 1]),
  );
  await space.create(space.core('pods'), podOf({ name: 'pod4', ...sketch(3, 500) }));
  await running(space, space.core('pods', 'pod4'));
  const made: Record<string, number> = {};
  await watch.until(({ type, object }) => {
    const { name } = object.metadata.labels ?? {};
    if (type === 'ADDED' && name) made[name] = (made[name] ?? 0) + 1;
    return made.pod1 === 2 && made.pod2 === 2;
  });
  // Those made anew wait, and nobody else is disturbed.
  await eventually(async () => {
    const waiting = (await space.get(space.core('pods'))).items.filter(({ status }: Anything) => status.phase === 'Pending');
    const reasons = waiting.map((pod: Anything) => [
      pod.metadata.labels.name,
      pod.status.conditions?.find(({ type }: Anything) => type === 'PodScheduled')?.reason,
    ]);
    expect(reasons.sort()).toEqual([
      ['pod1', 'Unschedulable'],
      ['pod2', 'Unschedulable'],
    ]);
  });
  expect(made).toEqual({ pod1: 2, pod2: 2, pod3: 1 });
});
