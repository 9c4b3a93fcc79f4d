// Conformance: "Namespaces should patch a Namespace", "... apply an update to a Namespace", "... apply changes to a namespace
// status", "... apply a finalizer to a Namespace", "... ensure that all services are removed when a namespace is deleted",
// "... ensure that all pods are removed ..." and "OrderedNamespaceDeletion namespace deletion should delete pod first".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const pathOf = (name: string) => `/api/v1/namespaces/${name}`;
const last = (conditions: Anything[]) => conditions.at(-1);

apiBehaviour('a namespace is patched and updated', async (space) => {
  const path = pathOf(space.namespace);
  const before = await space.get(path);
  const patched = await space.patch('strategic', path, { metadata: { labels: { testLabel: 'testValue' } } });
  expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
  expect((await space.get(path)).metadata.labels.testLabel).toBe('testValue');
  const updated = await space.update(path, (namespace) => {
    namespace.metadata.labels[space.namespace] = 'updated';
  });
  expect(updated.metadata.labels[space.namespace]).toBe('updated');
});

apiBehaviour('the status of a namespace is read, patched and updated', async (space) => {
  const path = pathOf(space.namespace);
  expect((await space.get(`${path}/status`)).status.phase).toBe('Active');
  const condition = (type: string, message: string) => ({ type, status: 'True', reason: 'E2E', message });
  const patched = await space.patch('merge', `${path}/status`, {
    metadata: { annotations: { 'e2e-patched-ns-status': space.namespace } },
    status: { conditions: [{ ...condition('StatusPatch', 'patched'), lastTransitionTime: null }] },
  });
  expect(patched.metadata.annotations['e2e-patched-ns-status']).toBe(space.namespace);
  expect(last(patched.status.conditions)).toMatchObject(condition('StatusPatch', 'patched'));
  const updated = await space.update(
    path,
    ({ status }) => status.conditions.push({ ...condition('StatusUpdate', 'updated'), lastTransitionTime: null }),
    '/status',
  );
  expect(updated.status.phase).toBe('Active');
  expect(updated.status.conditions).toHaveLength(2);
  expect(last(updated.status.conditions)).toMatchObject(condition('StatusUpdate', 'updated'));
});

apiBehaviour('a namespace has finalizers, added and removed', async (space) => {
  const path = pathOf(space.namespace);
  const finalizer = 'e2e.example.com/fakeFinalizer';
  const added = await space.update(path, ({ spec }) => spec.finalizers.push(finalizer), '/finalize');
  expect(added.spec.finalizers).toEqual(['kubernetes', finalizer]);
  const removed = await space.update(
    path,
    ({ spec }) => {
      spec.finalizers = spec.finalizers.filter((each: string) => each !== finalizer);
    },
    '/finalize',
  );
  expect(removed.spec.finalizers).toEqual(['kubernetes']);
});

const gone = (space: ApiSpace, path: string) => eventually(async () => expect((await space.ask('GET', path)).code).toBe(404), 90);

const containers = [{ name: 'main', image: IMAGE, command: ['sleep', '600'] }];

apiBehaviour('what is in a namespace goes with it', async (space) => {
  const name = await space.anotherNamespace();
  const path = pathOf(name);
  await eventually(() => space.get(`${path}/serviceaccounts/default`));
  await space.create(`${path}/services`, { metadata: { name: 'test-service' }, spec: { selector: { foo: 'bar' }, ports: [{ port: 80 }] } });
  await space.create(`${path}/pods`, { metadata: { name: 'test-pod' }, spec: { terminationGracePeriodSeconds: 1, containers } });
  const deleted = await space.delete(path);
  expect(deleted).toMatchObject({ metadata: { name, deletionTimestamp: expect.any(String) }, status: { phase: 'Terminating' } });
  const refused = await space.ask('POST', `${path}/configmaps`, { body: { metadata: { name: 'late' } } });
  // Refused while it ends, not found once it has.
  expect([403, 404]).toContain(refused.code);
  await gone(space, path);
  await space.create('/api/v1/namespaces', { metadata: { name } });
  for (const left of ['services/test-service', 'pods/test-pod']) expect((await space.ask('GET', `${path}/${left}`)).code).toBe(404);
});

apiBehaviour('pods go before all else in a namespace', async (space) => {
  const name = await space.anotherNamespace();
  const path = pathOf(name);
  await eventually(() => space.get(`${path}/serviceaccounts/default`));
  const pod = { metadata: { name: 'test-pod', finalizers: ['e2e.example.com/finalizer'] } };
  await space.create(`${path}/pods`, { ...pod, spec: { terminationGracePeriodSeconds: 1, containers } });
  await space.create(`${path}/configmaps`, { metadata: { name: 'test-configmap' }, data: { key: 'value' } });
  await space.delete(path);
  await eventually(async () => {
    const { status } = await space.get(path);
    expect(status.phase).toBe('Terminating');
    expect(status.conditions.map(({ type }: Anything) => type)).toContain('NamespaceDeletionContentFailure');
  }, 90);
  expect((await space.get(`${path}/pods/test-pod`)).metadata.deletionTimestamp).toBeDefined();
  await space.get(`${path}/configmaps/test-configmap`);
  await space.update(`${path}/pods/test-pod`, ({ metadata }) => {
    metadata.finalizers = [];
  });
  await gone(space, path);
});
