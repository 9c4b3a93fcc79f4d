// Conformance: the three of "PodTemplates", "Lease lease API should be available", "Node Lifecycle should run through the
// lifecycle of a node", the "RuntimeClass" ones about the API and about classes that are not there, "Kubelet when scheduling a
// busybox command that always fails in a pod should be possible to delete", "Sysctls should reject invalid sysctls",
// "Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu".
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import { supportsApiOperations } from '../../support/api-operations.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const template = (image = IMAGE) => ({ spec: { containers: [{ name: 'nginx', image }] } });

apiBehaviour('pod templates: made, listed everywhere, patched, replaced, deleted alone and as a collection', async (space) => {
  const labels = { 'podtemplate-static': space.namespace };
  const path = space.core('podtemplates');
  const made = await space.create(path, { metadata: { name: 'one', labels }, template: template() });
  expect(made.template.spec).toMatchObject({ restartPolicy: 'Always', containers: [{ terminationMessagePath: '/dev/termination-log' }] });
  expect(namesOf(await space.get(`/api/v1/podtemplates?${byLabels(labels)}`))).toEqual(['one']);
  await space.patch('strategic', `${path}/one`, { metadata: { labels: { podtemplate: 'patched' } } });
  expect((await space.get(`${path}/one`)).metadata.labels).toEqual({ ...labels, podtemplate: 'patched' });
  await space.delete(`${path}/one`);
  expect((await space.get(`/api/v1/podtemplates?${byLabels(labels)}`)).items).toEqual([]);

  for (const name of ['two', 'three', 'four']) await space.create(path, { metadata: { name, labels }, template: template() });
  const replaced = await space.update(`${path}/two`, (object) => {
    object.metadata.annotations = { updated: 'true' };
    object.template = template('other.invalid/image');
  });
  expect(replaced).toMatchObject({ metadata: { annotations: { updated: 'true' } }, template: template('other.invalid/image') });
  expect((await space.get(`${path}?${byLabels(labels)}`)).items).toHaveLength(3);
  await space.delete(`${path}?${byLabels(labels)}`);
  expect((await space.get(`${path}?${byLabels(labels)}`)).items).toEqual([]);
});

const time = (seconds: number) => `2024-01-01T00:00:${String(seconds).padStart(2, '0')}.123456Z`;

apiBehaviour('leases: made, read, updated, patched, deleted alone and as a collection', async (space) => {
  const path = space.in('coordination.k8s.io/v1', 'leases');
  const spec = { holderIdentity: 'holder', leaseDurationSeconds: 30, leaseTransitions: 0, acquireTime: time(1), renewTime: time(5) };
  await space.create(path, { metadata: { name: 'lease' }, spec });
  expect((await space.get(`${path}/lease`)).spec).toEqual(spec);
  const changed = { holderIdentity: 'holder2', leaseDurationSeconds: 60, leaseTransitions: 1, acquireTime: time(10), renewTime: time(15) };
  await space.update(`${path}/lease`, (lease) => {
    lease.spec = changed;
  });
  expect((await space.get(`${path}/lease`)).spec).toEqual(changed);
  const again = { ...changed, holderIdentity: 'holder3', leaseDurationSeconds: 50, leaseTransitions: 2 };
  await space.patch('strategic', `${path}/lease`, { spec: again });
  expect((await space.get(`${path}/lease`)).spec).toEqual(again);

  const labels = { deletecollection: space.namespace };
  await space.create(path, { metadata: { name: 'lease2', labels }, spec });
  expect(namesOf(await space.get(path))).toEqual(['lease', 'lease2']);
  await space.delete(`${path}?${byLabels(labels)}`);
  expect(namesOf(await space.get(path))).toEqual(['lease']);
  await space.delete(`${path}/lease`);
  expect((await space.ask('GET', `${path}/lease`)).code).toBe(404);
});

apiBehaviour('nodes: made, patched, listed by label, updated, deleted', async (space, context) => {
  const name = `e2e-fake-node-${space.namespace}`;
  const path = `/api/v1/nodes/${name}`;
  context.onTestFinished(async () => {
    await space.ask('DELETE', path);
  });
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'E2E', message: 'set by a test', lastHeartbeatTime: null, lastTransitionTime: null },
  ];
  const made = await space.create('/api/v1/nodes', {
    metadata: { name },
    spec: { unschedulable: true },
    status: { phase: 'Running', conditions, daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: {} },
  });
  expect(made).toMatchObject({
    metadata: { name },
    spec: { unschedulable: true },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  expect((await space.get(path)).metadata.name).toBe(name);
  const patched = await space.patch('strategic', path, { metadata: { labels: { [name]: 'patched' } } });
  expect(patched.metadata.labels[name]).toBe('patched');
  expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
  expect(namesOf(await space.get(`/api/v1/nodes?${byLabels({ [name]: 'patched' })}`))).toEqual([name]);
  const updated = await space.update(path, ({ metadata }) => {
    metadata.labels[name] = 'updated';
  });
  expect(updated.metadata.labels[name]).toBe('updated');
  await space.delete(path);
  await eventually(async () => expect((await space.ask('GET', path)).code).toBe(404), 60);
});

supportsApiOperations('runtime classes', {
  group: 'node.k8s.io',
  version: 'v1',
  resource: 'runtimeclasses',
  object: () => ({ handler: 'e2e-runtime' }),
});

const pod = (spec: object = {}) => ({
  metadata: { name: 'test' },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: IMAGE, command: ['sh', '-c', 'exit 1'] }], ...spec },
});

apiBehaviour('a pod of a runtime class that is not there, or no longer, is refused', async (space) => {
  const name = `${space.namespace}-nonexistent`;
  const refused = () => space.refused('POST', space.core('pods'), pod({ runtimeClassName: name }));
  expect(await refused()).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: expect.stringContaining(`RuntimeClass "${name}" not found`),
  });
  await space.create('/apis/node.k8s.io/v1/runtimeclasses', { metadata: { name }, handler: 'some' });
  await space.delete(`/apis/node.k8s.io/v1/runtimeclasses/${name}`);
  await eventually(async () => expect(await refused()).toMatchObject({ code: 403, reason: 'Forbidden' }), 20);
});

apiBehaviour('a pod whose command always fails is deleted as any other', async (space) => {
  await space.create(space.core('pods'), pod());
  await space.delete(space.core('pods', 'test'));
  await eventually(async () => expect((await space.ask('GET', space.core('pods', 'test'))).code).toBe(404));
});

apiBehaviour('sysctls with names that none can have are refused, each by itself', async (space) => {
  const names = ['foo-', 'kernel.shmmax', 'safe-and-unsafe', 'kernel.shmmax', '$$$', '/', ''];
  const refused = await space.refused(
    'POST',
    space.core('pods'),
    pod({ securityContext: { sysctls: names.map((name) => ({ name, value: '100' })) } }),
  );
  expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
  const fields = refused.details.causes.map(({ field }: { field: string }) => field);
  expect(fields).toEqual(['[0].name', '[3].name', '[4].name', '[5].name', '[6].name'].map((end) => `spec.securityContext.sysctls${end}`));
});

apiBehaviour('a pod that is granted all it asks for is guaranteed', async (space) => {
  const resources = { cpu: '100m', memory: '100Mi' };
  const containers = [{ name: 'main', image: IMAGE, resources: { limits: resources, requests: resources } }];
  await space.create(space.core('pods'), pod({ containers, nodeSelector: { no: 'where' } }));
  expect((await space.get(space.core('pods', 'test'))).status.qosClass).toBe('Guaranteed');
});
