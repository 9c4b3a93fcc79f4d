// Conformance: "ReplicationController should get and update a ReplicationController scale", "... should release no longer
// matching pods", "... should surface a failure condition on a common issue like exceeded quota".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const controller = (name: string, replicas: number) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { name },
    template: {
      metadata: { labels: { name } },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: IMAGE, command: ['sleep', '600'] }] },
    },
  },
});

const create = (space: ApiSpace, name: string, replicas: number) =>
  space.create(space.core('replicationcontrollers'), controller(name, replicas));
const statusIs = (space: ApiSpace, name: string, like: object) =>
  eventually(async () => expect((await space.get(space.core('replicationcontrollers', name))).status).toMatchObject(like), 60);

apiBehaviour('the scale of a replication controller is read and written', async (space) => {
  await create(space, 'scaled', 1);
  const path = space.core('replicationcontrollers', 'scaled');
  await statusIs(space, 'scaled', { replicas: 1 });
  expect(await space.get(`${path}/scale`)).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 1 },
    status: { replicas: 1, selector: 'name=scaled' },
  });
  const scale = await space.get(`${path}/scale`);
  scale.spec.replicas = 2;
  expect((await space.replace(`${path}/scale`, scale)).spec.replicas).toBe(2);
  expect((await space.get(path)).spec.replicas).toBe(2);
  await statusIs(space, 'scaled', { replicas: 2, observedGeneration: 2 });
});

apiBehaviour('a pod that matches no longer is let go, and replaced', async (space) => {
  const { metadata } = await create(space, 'pod-release', 1);
  const pods = async (): Promise<Anything[]> => (await space.get(space.core('pods'))).items;
  const [pod] = await eventually(async () => {
    const found = await pods();
    expect(found).toHaveLength(1);
    return found;
  });
  const owners = (each: Anything) => (each.metadata.ownerReferences ?? []).map(({ uid }: Anything) => uid);
  expect(owners(pod)).toEqual([metadata.uid]);
  await space.patch('strategic', space.core('pods', pod.metadata.name), { metadata: { labels: { name: 'not-matching-name' } } });
  await eventually(async () => {
    const now = await pods();
    expect(owners(now.find((each) => each.metadata.name === pod.metadata.name))).toEqual([]);
    expect(now.filter((each) => owners(each).includes(metadata.uid))).toHaveLength(1);
  });
});

apiBehaviour('a controller whose pods a quota keeps out says so, until it wants fewer', async (space) => {
  await space.create(space.core('resourcequotas'), { metadata: { name: 'condition-test' }, spec: { hard: { pods: '2' } } });
  await eventually(async () =>
    expect((await space.get(space.core('resourcequotas', 'condition-test'))).status).toEqual({ hard: { pods: '2' }, used: { pods: '0' } }),
  );
  await create(space, 'condition-test', 3);
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: expect.stringContaining('exceeded quota') };
  await statusIs(space, 'condition-test', { conditions: [failure], replicas: 2 });
  await space.update(space.core('replicationcontrollers', 'condition-test'), ({ spec }) => {
    spec.replicas = 2;
  });
  await eventually(async () => {
    const { status, metadata } = await space.get(space.core('replicationcontrollers', 'condition-test'));
    expect(status.observedGeneration).toBe(metadata.generation);
    expect(status.conditions ?? []).toEqual([]);
  }, 60);
});
