// Conformance: "Garbage collector should delete RS created by deployment when not orphaning", "... orphan RS created by
// deployment when deleteOptions.PropagationPolicy is Orphan", "... delete pods created by rc when not orphaning", "... orphan
// pods created by rc if delete options say so", "... keep the rc around until all its pods are deleted if the deleteOptions says
// so", "... not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted",
// "... not be blocked by dependency circle".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: IMAGE, command: ['sleep', '600'] }] };
const labelled = (app: string) => ({ metadata: { labels: { app } }, spec });

const controller = (name: string, replicas: number) => ({
  metadata: { name },
  spec: { replicas, selector: { app: name }, template: labelled(name) },
});

const DEPLOYMENT = {
  metadata: { name: 'simple' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'simple' } }, template: labelled('simple') },
};

const listed = async (space: ApiSpace, path: string): Promise<Anything[]> => (await space.get(path)).items;
const counts = (space: ApiSpace, path: string, count: number) =>
  eventually(async () => expect(await listed(space, path)).toHaveLength(count), 60);
const gone = (space: ApiSpace, path: string) => eventually(async () => expect((await space.ask('GET', path)).code).toBe(404), 60);

/** A Deployment whose set there is. */
async function deployed(space: ApiSpace) {
  const { metadata } = await space.create(space.in('apps/v1', 'deployments'), DEPLOYMENT);
  const sets = space.in('apps/v1', 'replicasets');
  await counts(space, sets, 1);
  return { path: space.in('apps/v1', 'deployments', 'simple'), sets, preconditions: { uid: metadata.uid } };
}

apiBehaviour('what a Deployment made goes with it', async (space) => {
  const { path, sets, preconditions } = await deployed(space);
  await space.delete(path, { propagationPolicy: 'Background', preconditions });
  await gone(space, path);
  await counts(space, sets, 0);
});

apiBehaviour('what a Deployment made stays when orphaned, without its owner', async (space) => {
  const { path, sets, preconditions } = await deployed(space);
  await space.delete(path, { propagationPolicy: 'Orphan', preconditions });
  await gone(space, path);
  // It is let go before the Deployment goes, so nothing is left that may remove it.
  const [set] = await listed(space, sets);
  expect(set.metadata.ownerReferences ?? []).toEqual([]);
  expect(set.metadata.deletionTimestamp).toBeUndefined();
});

async function controlled(space: ApiSpace, name = 'simpletest', replicas = 2) {
  const { metadata } = await space.create(space.core('replicationcontrollers'), controller(name, replicas));
  const pods = `${space.core('pods')}?labelSelector=app%3D${name}`;
  await counts(space, pods, replicas);
  return { path: space.core('replicationcontrollers', name), pods, uid: metadata.uid, preconditions: { uid: metadata.uid } };
}

apiBehaviour('pods go with their controller, or after they are orphaned stay', async (space) => {
  const background = await controlled(space, 'background');
  const orphan = await controlled(space, 'orphan');
  await space.delete(background.path, { propagationPolicy: 'Background', preconditions: background.preconditions });
  // For old clients that know no policies.
  await space.delete(orphan.path, { orphanDependents: true, preconditions: orphan.preconditions });
  await counts(space, background.pods, 0);
  await gone(space, orphan.path);
  for (const { metadata } of await listed(space, orphan.pods)) {
    expect(metadata.ownerReferences ?? []).toEqual([]);
    expect(metadata.deletionTimestamp).toBeUndefined();
  }
});

apiBehaviour('a controller deleted in the foreground goes after its last pod', async (space) => {
  const { path, pods, preconditions } = await controlled(space);
  // Held back, so that the order is to be seen.
  const [held] = await listed(space, pods);
  const heldPath = space.core('pods', held.metadata.name);
  await space.patch('merge', heldPath, { metadata: { finalizers: ['e2e.example.com/held'] } });
  const deleted = await space.delete(path, { propagationPolicy: 'Foreground', preconditions });
  expect(deleted.metadata).toMatchObject({ deletionTimestamp: expect.any(String), finalizers: ['foregroundDeletion'] });
  await counts(space, pods, 1);
  expect((await space.get(path)).metadata.deletionTimestamp).toBeDefined();
  await space.patch('merge', heldPath, { metadata: { finalizers: null } });
  await gone(space, path);
  expect(await listed(space, pods)).toEqual([]);
});

apiBehaviour('a pod of two owners loses the one that is deleted, and stays', async (space) => {
  const first = await controlled(space, 'to-be-deleted', 4);
  const second = await controlled(space, 'to-stay', 0);
  const reference = { apiVersion: 'v1', kind: 'ReplicationController', name: 'to-stay', uid: second.uid };
  const [one, two] = await listed(space, first.pods);
  for (const { metadata } of [one, two]) {
    await space.patch('strategic', space.core('pods', metadata.name), { metadata: { ownerReferences: [reference] } });
  }
  await space.delete(first.path, { propagationPolicy: 'Foreground', preconditions: first.preconditions });
  await gone(space, first.path);
  const left = await listed(space, first.pods);
  expect(left.map(({ metadata }) => metadata.name).sort()).toEqual([one.metadata.name, two.metadata.name].sort());
  for (const { metadata } of left) {
    expect(metadata.deletionTimestamp).toBeUndefined();
    expect(metadata.ownerReferences).toEqual([reference]);
  }
});

apiBehaviour('a circle of owners is no obstacle', async (space) => {
  const path = space.core('pods');
  const [one, two, three] = await Promise.all(
    ['pod1', 'pod2', 'pod3'].map((name) => space.create(path, { metadata: { name }, spec: { ...spec, nodeSelector: { no: 'where' } } })),
  );
  for (const [{ metadata }, owner] of [
    [one, three],
    [two, one],
    [three, two],
  ]) {
    const { name, uid } = owner.metadata;
    const reference = { apiVersion: 'v1', kind: 'Pod', name, uid, controller: true, blockOwnerDeletion: true };
    await space.patch('strategic', `${path}/${metadata.name}`, { metadata: { ownerReferences: [reference] } });
  }
  await space.delete(`${path}/pod1`, { propagationPolicy: 'Foreground', preconditions: { uid: one.metadata.uid } });
  await counts(space, path, 0);
});
