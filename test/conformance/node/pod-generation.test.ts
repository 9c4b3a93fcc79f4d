// Conformance: the three of "Pods Extended (pod generation) Pod Generation".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const command = ['sleep', '600'];
const pod = (metadata: object = {}) => ({
  metadata: { name: 'pod', ...metadata },
  spec: {
    terminationGracePeriodSeconds: 1,
    initContainers: [{ name: 'init', image: IMAGE, command: ['true'] }],
    containers: [{ name: 'main', image: IMAGE, command }],
  },
});

async function running(space: ApiSpace, metadata?: object): Promise<string> {
  const path = space.core('pods', 'pod');
  expect((await space.create(space.core('pods'), pod(metadata))).metadata.generation).toBe(1);
  await eventually(async () => expect((await space.get(path)).status.phase).toBe('Running'));
  return path;
}

const observed = (space: ApiSpace, path: string, generation: number) =>
  eventually(async () => {
    const { metadata, status } = await space.get(path);
    expect([metadata.generation, status.observedGeneration]).toEqual([generation, generation]);
  });

const toleration = (key: string) => ({ key, operator: 'Equal', value: 'bar', effect: 'NoSchedule' });

const updates: { name: string; change: (pod: Anything) => void; counts: boolean }[] = [
  { name: 'nothing', change: () => {}, counts: false },
  { name: 'a toleration', change: ({ spec }) => spec.tolerations.push(toleration('foo')), counts: true },
  {
    name: 'the deadline',
    change: ({ spec }) => {
      spec.activeDeadlineSeconds = 5000;
    },
    counts: true,
  },
  {
    name: 'the image',
    change: ({ spec }) => {
      spec.containers[0].image = 'other.invalid/image:1';
    },
    counts: true,
  },
  {
    name: 'the image of an init container',
    change: ({ spec }) => {
      spec.initContainers[0].image = 'other.invalid/image:2';
    },
    counts: true,
  },
  {
    name: 'an annotation',
    change: ({ metadata }) => {
      metadata.annotations = { key: 'value' };
    },
    counts: false,
  },
  {
    name: 'the generation itself',
    change: ({ metadata }) => {
      metadata.generation = 1;
    },
    counts: false,
  },
];

apiBehaviour('the generation of a pod grows with each change of what is wanted, and the kubelet follows', async (space) => {
  const path = await running(space);
  let generation = 1;
  for (const { name, change, counts } of updates) {
    const { metadata } = await space.update(path, change);
    if (counts) generation += 1;
    expect({ name, generation: metadata.generation }).toEqual({ name, generation });
    await observed(space, path, generation);
  }
});

apiBehaviour('a generation of the client’s own is ignored; a deletion counts', async (space) => {
  const path = await running(space, { generation: 100, finalizers: ['example.com/hold'] });
  const deleted = await space.delete(`${path}?gracePeriodSeconds=60`);
  expect(deleted.metadata).toMatchObject({ generation: 2, deletionGracePeriodSeconds: 60 });
  expect((await space.get(path)).metadata.generation).toBe(2);
  await space.patch('merge', path, { metadata: { finalizers: null } });
  await space.ask('DELETE', `${path}?gracePeriodSeconds=0`);
});

apiBehaviour('the kubelet catches up with many changes at once', async (space) => {
  const path = await running(space);
  for (let count = 0; count < 100; count++) {
    await space.patch('json', path, [{ op: 'add', path: '/spec/tolerations/-', value: toleration(`foo-${count}`) }]);
  }
  await observed(space, path, 101);
});
