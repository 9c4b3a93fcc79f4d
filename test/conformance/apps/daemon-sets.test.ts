// Conformance: "Daemon set should run and stop simple daemon", "... run and stop complex daemon", "... retry creating failed daemon
// pods", "... update pod when spec was updated and update strategy is RollingUpdate", "... rollback without unnecessary restarts".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { templateOf } from '../../support/conformance-space.ts';
import { schedulableNodes } from '../../support/extended-resource.ts';
import { eventually } from '../../support/process.ts';

const own = { daemon: 'web' };
const path = (space: ApiSpace) => space.in('apps/v1', 'daemonsets', 'web');
const daemon = (spec: object = {}, pod: object = {}) => ({
  metadata: { name: 'web', labels: own },
  spec: { selector: { matchLabels: own }, template: templateOf({ labels: own, containers: [{ run: 'sleep 600' }], ...pod }), ...spec },
});
const pods = async (space: ApiSpace): Promise<Anything[]> => (await space.get(`${space.core('pods')}?${byLabels(own)}`)).items;
const isAvailable = ({ metadata, status }: Anything) =>
  !metadata.deletionTimestamp && status.conditions?.some(({ type, status: is }: Anything) => type === 'Ready' && is === 'True');

/** Runs on exactly these nodes, once on each. */
const runsOn = (space: ApiSpace, nodes: string[]) =>
  eventually(async () => {
    const found = await pods(space);
    expect(found.every(isAvailable)).toBe(true);
    expect(found.map(({ spec }) => spec.nodeName).sort()).toEqual([...nodes].sort());
    return found;
  }, 90);

const namesOfNodes = async (space: ApiSpace): Promise<string[]> => (await schedulableNodes(space)).map(({ metadata }) => metadata.name);

apiBehaviour('a DaemonSet runs on every node, and replaces a pod that is deleted or has failed', async (space) => {
  const nodes = await namesOfNodes(space);
  await space.create(space.in('apps/v1', 'daemonsets'), daemon());
  const [first, second] = await runsOn(space, nodes);
  const { status } = await eventually(async () => {
    const set = await space.get(path(space));
    expect(set.status.numberAvailable).toBe(nodes.length);
    return set;
  });
  expect(status).toMatchObject({ desiredNumberScheduled: nodes.length, numberReady: nodes.length, numberMisscheduled: 0 });
  await space.delete(space.core('pods', first.metadata.name));
  const failed = (second ?? first).metadata;
  if (second) await space.patch('merge', `${space.core('pods', failed.name)}/status`, { status: { phase: 'Failed' } });
  await eventually(async () => expect((await pods(space)).map(({ metadata }) => metadata.uid)).not.toContain(first.metadata.uid));
  await eventually(async () => expect((await space.ask('GET', space.core('pods', failed.name))).code).toBe(404));
  await runsOn(space, nodes);
  await space.delete(path(space), { propagationPolicy: 'Foreground' });
  await eventually(async () => expect(await pods(space)).toEqual([]));
});

apiBehaviour('a DaemonSet follows the labels of nodes, and its own selector of them', async (space, context) => {
  const key = `${space.namespace}/color`;
  const [node] = (await namesOfNodes(space)).slice(-1) as [string];
  const label = (color: string | null) => space.patch('merge', `/api/v1/nodes/${node}`, { metadata: { labels: { [key]: color } } });
  context.onTestFinished(async () => void (await label(null)));
  await space.create(space.in('apps/v1', 'daemonsets'), daemon({}, { nodeSelector: { [key]: 'blue' } }));
  await eventually(async () =>
    expect((await space.get(path(space))).status).toMatchObject({ observedGeneration: 1, desiredNumberScheduled: 0 }),
  );
  await runsOn(space, []);
  await label('blue');
  await runsOn(space, [node]);
  await label('green');
  await runsOn(space, []);
  await space.patch('merge', path(space), {
    spec: { updateStrategy: { type: 'RollingUpdate' }, template: { spec: { nodeSelector: { [key]: 'green' } } } },
  });
  await runsOn(space, [node]);
});

const REVISION = 'controller-revision-hash';
const revisions = async (space: ApiSpace): Promise<Anything[]> =>
  (await space.get(`${space.in('apps/v1', 'controllerrevisions')}?${byLabels(own)}`)).items.sort(
    (a: Anything, b: Anything) => a.revision - b.revision,
  );

apiBehaviour('a DaemonSet changes its pods, each with the hash of its revision', async (space) => {
  const nodes = await namesOfNodes(space);
  await space.create(space.in('apps/v1', 'daemonsets'), daemon({ updateStrategy: { type: 'RollingUpdate' } }));
  const before = await runsOn(space, nodes);
  const [first] = await revisions(space);
  expect(first.revision).toBe(1);
  expect(before.map(({ metadata }) => metadata.labels[REVISION])).toEqual(nodes.map(() => first.metadata.labels[REVISION]));
  await space.patch('strategic', path(space), {
    spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] } } },
  });
  await eventually(async () => {
    const found = await runsOn(space, nodes);
    expect(found.map(({ spec }) => spec.containers[0].env?.[0].value)).toEqual(nodes.map(() => '1'));
  }, 90);
  const [, second] = await revisions(space);
  expect(second.revision).toBe(2);
  expect((await pods(space)).map(({ metadata }) => metadata.labels[REVISION])).toEqual(nodes.map(() => second.metadata.labels[REVISION]));
});

apiBehaviour('a DaemonSet that goes back leaves pods alone that were not changed yet', async (space, context) => {
  const nodes = await namesOfNodes(space);
  if (nodes.length < 2) return context.skip('there is one node for pods alone');
  await space.create(space.in('apps/v1', 'daemonsets'), daemon({ updateStrategy: { type: 'RollingUpdate' } }));
  const before = (await runsOn(space, nodes)).map(({ metadata }) => metadata.uid);
  const setImage = (image: string) =>
    space.patch('strategic', path(space), { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } });
  await setImage('foo.invalid/non-existent:1');
  await eventually(async () => {
    const changed = (await pods(space)).filter(({ spec }) => spec.containers[0].image.startsWith('foo'));
    expect(changed.map(({ status }) => status.phase)).toEqual(['Pending']);
  });
  const kept = (await pods(space)).filter(({ metadata }) => before.includes(metadata.uid) && !metadata.deletionTimestamp);
  expect(kept).toHaveLength(nodes.length - 1);
  await setImage(IMAGE);
  const after = await eventually(async () => {
    const found = await runsOn(space, nodes);
    expect(found.map(({ spec }) => spec.containers[0].image)).toEqual(nodes.map(() => IMAGE));
    return found;
  });
  for (const { metadata } of kept) {
    const pod = after.find((each) => each.metadata.uid === metadata.uid);
    expect(pod?.status.containerStatuses[0].restartCount).toBe(0);
  }
  expect((await revisions(space)).map(({ revision }) => revision)).toEqual([2, 3]);
});
