// Conformance: "NoExecuteTaintManager Multiple Pods evicts pods with minTolerationSeconds".
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const toleratesAll = ({ spec }: Anything) => spec.tolerations?.some((each: Anything) => each.operator === 'Exists' && !each.key);

/** A node that takes pods, and runs none of the cluster's own that a taint would drive away. */
async function spareNode({ get }: ApiSpace): Promise<string | undefined> {
  const needed = (await get('/api/v1/pods')).items.filter((pod: Anything) => !toleratesAll(pod));
  const busy = new Set(needed.map(({ spec }: Anything) => spec.nodeName));
  const fits = ({ metadata, spec }: Anything) => !spec.taints?.length && !spec.unschedulable && !busy.has(metadata.name);
  return (await get('/api/v1/nodes')).items.find(fits)?.metadata.name;
}

/** Taints the node until the test is over. */
async function taint(space: ApiSpace, context: TestContext, node: string, key: string): Promise<void> {
  const path = `/api/v1/nodes/${node}`;
  context.onTestFinished(async () => {
    await space.update(path, ({ spec }) => {
      spec.taints = spec.taints?.filter((each: Anything) => each.key !== key);
    });
  });
  await space.update(path, ({ spec }) => {
    spec.taints = [...(spec.taints ?? []), { key, value: 'evict', effect: 'NoExecute' }];
  });
}

apiBehaviour('pods leave a tainted node when they no longer tolerate it', async (space, context) => {
  const node = await spareNode(space);
  if (!node) return context.skip('every node runs something of the cluster that would be driven away');
  const key = `${space.namespace}/evict`;
  const pod = (name: string, tolerations: object[]) => ({
    metadata: { name },
    spec: {
      nodeName: node,
      tolerations,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: IMAGE, command: ['sleep', '600'] }],
    },
  });
  const toleration = { key, operator: 'Equal', value: 'evict', effect: 'NoExecute' };
  const path = space.core('pods');
  await space.create(path, pod('never', []));
  await space.create(path, pod('for-a-while', [{ ...toleration, tolerationSeconds: 1 }]));
  await space.create(path, pod('for-ever', [toleration]));
  const phases = async () => (await space.get(path)).items.map(({ status }: Anything) => status.phase);
  await eventually(async () => expect(await phases()).toEqual(['Running', 'Running', 'Running']), 60);
  using watch = await space.watch(`${path}?fieldSelector=metadata.name%3Dnever`);
  await taint(space, context, node, key);
  const { object } = await watch.until(({ object: seen }) => seen.metadata.deletionTimestamp);
  expect(object.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }),
  );
  await eventually(
    async () => expect((await space.get(path)).items.map(({ metadata }: Anything) => metadata.name)).toEqual(['for-ever']),
    60,
  );
  expect((await space.get(`${path}/for-ever`)).metadata.deletionTimestamp).toBeUndefined();
});
