// Conformance, what of these needs no running pod: "Deployment should validate Deployment Status endpoints", "Deployment should
// have a working scale subresource", "ReplicaSet should validate Replicaset Status endpoints", "... Replicaset should have a
// working scale subresource", "... should list and delete a collection of ReplicaSets", "... Replace and Patch tests",
// "StatefulSet should validate Statefulset Status endpoints", "... should have a working scale subresource", "... should list,
// patch and delete a collection of StatefulSets", "Daemon set should verify changes to a daemon set status", "... should list and
// delete a collection of DaemonSets", "Job should apply changes to a job status", "... should manage the lifecycle of a job",
// "ControllerRevision should manage the lifecycle of a ControllerRevision", "ReplicationController should test the lifecycle of a
// ReplicationController", "PriorityClass endpoints can be operated with different HTTP methods".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

/** Pods that fit on no node: what is tried is the API and the controllers. */
const podSpec = { nodeSelector: { 'no.such': 'node' }, containers: [{ name: 'main', image: IMAGE, command: ['sleep', '600'] }] };
const labels = { app: 'web' };
const template = { metadata: { labels }, spec: podSpec };

interface Workload {
  resource: string;
  group?: string;
  spec: object;
  scales: boolean;
}

const selector = { matchLabels: labels };
const workloads: Workload[] = [
  { resource: 'deployments', group: 'apps/v1', spec: { replicas: 1, selector, template }, scales: true },
  { resource: 'replicasets', group: 'apps/v1', spec: { replicas: 1, selector, template }, scales: true },
  { resource: 'statefulsets', group: 'apps/v1', spec: { replicas: 1, serviceName: 'none', selector, template }, scales: true },
  { resource: 'daemonsets', group: 'apps/v1', spec: { selector, template }, scales: false },
  {
    resource: 'jobs',
    group: 'batch/v1',
    spec: { parallelism: 1, template: { spec: { ...podSpec, restartPolicy: 'Never' } } },
    scales: false,
  },
  { resource: 'replicationcontrollers', spec: { replicas: 1, selector: labels, template }, scales: true },
];

const TIMES = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'] as const;
const condition = (type: string, time: string) => ({
  type,
  status: 'True',
  reason: 'E2E',
  message: 'Set by a test',
  lastTransitionTime: time,
});
const like = (type: string, time: string) => expect.arrayContaining([expect.objectContaining(condition(type, time))]);

for (const { resource, group, spec, scales } of workloads) {
  const collection = (space: ApiSpace) => (group ? space.in(group, resource) : space.core(resource));
  const everywhere = group ? `/apis/${group}/${resource}` : `/api/v1/${resource}`;

  apiBehaviour(`${resource}: the status is patched, updated, read and watched`, async (space) => {
    const path = `${collection(space)}/web`;
    const { metadata } = await space.create(collection(space), { metadata: { name: 'web', labels }, spec });
    using watch = await space.watch(`${collection(space)}?resourceVersion=${metadata.resourceVersion}&${byLabels(labels)}`);
    const patched = await space.patch('merge', `${path}/status`, {
      metadata: { annotations: { patchedstatus: 'true' } },
      status: { conditions: [condition('StatusPatched', TIMES[0])] },
    });
    expect(patched.status.conditions).toEqual(like('StatusPatched', TIMES[0]));
    expect(patched.metadata.annotations.patchedstatus).toBe('true');
    const updated = await space.update(
      path,
      ({ status }) => {
        status.conditions = [...(status.conditions ?? []), condition('StatusUpdated', TIMES[1])];
      },
      '/status',
    );
    expect(updated.status.conditions).toEqual(like('StatusUpdated', TIMES[1]));
    for (const type of ['StatusPatched', 'StatusUpdated']) {
      await watch.until(({ object }) => object.status?.conditions?.some((each: Anything) => each.type === type));
    }
    expect((await space.get(`${path}/status`)).metadata.uid).toBe(metadata.uid);
  });

  apiBehaviour(`${resource}: made, listed everywhere, patched, replaced, deleted as a collection`, async (space) => {
    const set = { set: space.namespace };
    for (const name of ['one', 'two', 'three']) {
      await space.create(collection(space), { metadata: { name, labels: set }, spec });
    }
    expect(namesOf(await space.get(`${everywhere}?${byLabels(set)}`)).sort()).toEqual(['one', 'three', 'two']);
    const patched = await space.patch('strategic', `${collection(space)}/one`, { metadata: { labels: { one: 'patched' } } });
    expect(patched.metadata.labels).toEqual({ ...set, one: 'patched' });
    const updated = await space.update(`${collection(space)}/one`, (object) => {
      object.metadata.annotations = { ...object.metadata.annotations, updated: 'true' };
    });
    expect(updated.metadata.annotations.updated).toBe('true');
    await space.delete(`${collection(space)}?${byLabels(set)}`, { propagationPolicy: 'Background' });
    await eventually(async () => expect((await space.get(`${everywhere}?${byLabels(set)}`)).items).toEqual([]));
  });

  if (!scales) continue;
  apiBehaviour(`${resource}: the scale is read, updated and patched`, async (space) => {
    const path = `${collection(space)}/web`;
    await space.create(collection(space), { metadata: { name: 'web' }, spec });
    const scale = await space.get(`${path}/scale`);
    expect(scale).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 1 }, status: { selector: 'app=web' } });
    const updated = await space.update(`${path}/scale`, (object) => {
      object.spec.replicas = 2;
    });
    expect(updated.spec.replicas).toBe(2);
    expect((await space.get(path)).spec.replicas).toBe(2);
    const patched = await space.patch('strategic', `${path}/scale`, { spec: { replicas: 4 } });
    expect(patched.spec.replicas).toBe(4);
    expect((await space.get(path)).spec.replicas).toBe(4);
  });
}

apiBehaviour('revisions of a DaemonSet are listed, patched, made, deleted, and followed by its controller', async (space) => {
  const own = { 'daemonset-name': space.namespace };
  const revisions = async (): Promise<Anything[]> =>
    (await space.get(`/apis/apps/v1/controllerrevisions?${byLabels(own)}`)).items.sort(
      (a: Anything, b: Anything) => a.revision - b.revision,
    );
  const path = space.in('apps/v1', 'controllerrevisions');
  const counts = (count: number) => eventually(async () => expect(await revisions()).toHaveLength(count), 60);
  const daemons = space.in('apps/v1', 'daemonsets');
  const set = await space.create(daemons, {
    metadata: { name: 'e2e', labels: own },
    spec: { selector: { matchLabels: own }, template: { metadata: { labels: own }, spec: podSpec } },
  });
  await counts(1);
  const [first] = await revisions();
  expect(first.metadata.ownerReferences).toMatchObject([{ kind: 'DaemonSet', uid: set.metadata.uid, controller: true }]);
  const patched = await space.patch('strategic', `${path}/${first.metadata.name}`, { metadata: { labels: { own: 'patched' } } });
  expect(patched.metadata.labels.own).toBe('patched');

  // The same data under another name: it stands in for the first when that goes.
  const hash = 'abcdef';
  const { ownerReferences } = first.metadata;
  const metadata = { name: `e2e-${hash}`, labels: { ...own, 'controller-revision-hash': hash }, ownerReferences };
  await space.create(path, { metadata, data: first.data, revision: first.revision + 1 });
  await counts(2);
  await space.delete(`${path}/${first.metadata.name}`);
  await counts(1);
  const updated = await space.update(`${path}/e2e-${hash}`, (revision) => {
    revision.metadata.labels.own = 'updated';
  });
  expect(updated.metadata.labels.own).toBe('updated');
  await space.patch('strategic', `${daemons}/e2e`, { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } });
  await counts(2);
  await space.delete(`${path}?${byLabels({ own: 'updated' })}`);
  await counts(1);
  expect((await revisions())[0].revision).toBe(3);
});

apiBehaviour('priority classes: made, changed but for their value, deleted alone and as a collection', async (space, context) => {
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const set = { set: space.namespace };
  const [one, two] = [`${space.namespace}-1`, `${space.namespace}-2`];
  context.onTestFinished(async () => {
    await space.ask('DELETE', `${path}?${byLabels(set)}`);
  });
  await space.create(path, { metadata: { name: one, labels: set }, value: 1 });
  await space.create(path, { metadata: { name: two, labels: set }, value: 2 });
  const read = await space.get(`${path}/${one}`);
  expect((await space.replace(`${path}/${one}`, { ...read, description: 'updated' })).description).toBe('updated');
  expect((await space.patch('json', `${path}/${one}`, [{ op: 'replace', path: '/description', value: 'patched' }])).description).toBe(
    'patched',
  );
  const changed = { ...(await space.get(`${path}/${one}`)), value: 10 };
  expect(await space.refused('PUT', `${path}/${one}`, changed)).toMatchObject({
    code: 422,
    reason: 'Invalid',
    details: { causes: [{ field: 'value', message: 'Forbidden: may not be changed in an update.' }] },
  });
  expect(namesOf(await space.get(`${path}?${byLabels(set)}`))).toEqual([one, two]);
  await space.delete(`${path}/${one}`);
  await space.delete(`${path}?${byLabels(set)}`);
  expect((await space.get(`${path}?${byLabels(set)}`)).items).toEqual([]);
});
