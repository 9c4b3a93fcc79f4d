// Conformance: "NoExecuteTaintManager Multiple Pods evicts pods with minTolerationSeconds", "NoExecuteTaintManager Single Pod removing
// taint cancels eviction".
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { podOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const toleratesAll = ({ spec }: Anything) => spec.tolerations?.some((each: Anything) => each.operator === 'Exists' && !each.key);

/** A node that takes pods, and runs none of the cluster's own that a taint would drive away. */
async function spareNode({ get }: ApiSpace): Promise<string> {
  const needed = (await get('/api/v1/pods')).items.filter((pod: Anything) => !toleratesAll(pod));
  const busy = new Set(needed.map(({ spec }: Anything) => spec.nodeName));
  const fits = ({ metadata, spec }: Anything) => !spec.taints?.length && !spec.unschedulable && !busy.has(metadata.name);
  const node = (await get('/api/v1/nodes')).items.find(fits);
  if (!node) throw new Error('every node runs something that would be driven away');
  return node.metadata.name;
}

const untaint = (space: ApiSpace, node: string, key: string) =>
  space.update(`/api/v1/nodes/${node}`, ({ spec }) => {
    spec.taints = spec.taints?.filter((each: Anything) => each.key !== key);
  });

/** Taints the node until the test is over. */
async function taint(space: ApiSpace, context: TestContext, node: string, key: string): Promise<void> {
  context.onTestFinished(async () => void (await untaint(space, node, key)));
  await space.update(`/api/v1/nodes/${node}`, ({ spec }) => {
    spec.taints = [...(spec.taints ?? []), { key, value: 'evict', effect: 'NoExecute' }];
  });
}

const phasesOf = async (space: ApiSpace): Promise<string[]> =>
  (await space.get(space.core('pods'))).items.map(({ status }: Anything) => status.phase);

const podOn = (nodeName: string) => (name: string, tolerations: object[]) =>
  podOf({ name, nodeName, tolerations, containers: [{ run: 'sleep 600' }] });

async function leave(space: ApiSpace, context: TestContext, node: string): Promise<void> {
  const key = `${space.namespace}/evict`;
  const pod = podOn(node);
  const toleration = { key, operator: 'Equal', value: 'evict', effect: 'NoExecute' };
  const path = space.core('pods');
  await space.create(path, pod('never', []));
  await space.create(path, pod('for-a-while', [{ ...toleration, tolerationSeconds: 1 }]));
  await space.create(path, pod('for-ever', [toleration]));
  await eventually(async () => expect(await phasesOf(space)).toEqual(['Running', 'Running', 'Running']), 60);
  using watch = await space.watch(`${path}?fieldSelector=metadata.name%3Dnever`);
  await taint(space, context, node, key);
  const { object } = await watch.until(({ object: seen }) => seen.metadata.deletionTimestamp);
  expect(object.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }),
  );
  await eventually(async () => expect(namesOf(await space.get(path))).toEqual(['for-ever']), 60);
  expect((await space.get(`${path}/for-ever`)).metadata.deletionTimestamp).toBeUndefined();
  await untaint(space, node, key);
  await space.delete(`${path}/for-ever`);
}

async function stay(space: ApiSpace, context: TestContext, node: string): Promise<void> {
  const [passing, lasting] = [`${space.namespace}/passing`, `${space.namespace}/lasting`] as const;
  const tolerates = (key: string, tolerationSeconds?: number) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds });
  const path = space.core('pods');
  await space.create(path, podOn(node)('stays', [tolerates(passing, 3), tolerates(lasting)]));
  await space.create(path, podOn(node)('goes', [tolerates(passing), tolerates(lasting, 5)]));
  await eventually(async () => expect(await phasesOf(space)).toEqual(['Running', 'Running']), 60);
  await taint(space, context, node, passing);
  await taint(space, context, node, lasting);
  await untaint(space, node, passing);
  // The one that goes was given longer than the one that stays.
  await eventually(async () => expect((await space.ask('GET', `${path}/goes`)).code).toBe(404), 60);
  expect((await space.get(`${path}/stays`)).metadata.deletionTimestamp).toBeUndefined();
}

apiBehaviour(
  'pods leave a tainted node when they no longer tolerate it, and stay when the taint goes before that',
  async (space, context) => {
    // Pods of the tests before may be about to go.
    const node = await eventually(() => spareNode(space), 40).catch(() => undefined);
    if (!node) return context.skip('every node runs something of the cluster that would be driven away');
    await leave(space, context, node);
    await eventually(async () => expect((await space.get(space.core('pods'))).items).toEqual([]));
    await stay(space, context, node);
  },
);
