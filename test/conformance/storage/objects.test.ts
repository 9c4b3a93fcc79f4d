// Conformance: the two of "CSIInlineVolumes", "CSINodes CSI Conformance should run through the lifecycle of a csinode",
// "CSIStorageCapacity should support CSIStorageCapacities API operations", "StorageClasses CSI Conformance should run through the
// lifecycle of a StorageClass".
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import { supportsApiOperations } from '../../support/api-operations.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';

const STORAGE = '/apis/storage.k8s.io/v1';

apiBehaviour('a pod with inline volumes of a driver is made, listed, patched and deleted', async (space) => {
  const driver = 'e2e.example.com';
  const volumes = [
    { name: 'vol1', csi: { driver } },
    { name: 'vol2', csi: { driver, fsType: 'ext4', readOnly: true } },
  ];
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/mnt/${name}` }));
  const pod = {
    metadata: { name: 'inline' },
    spec: { volumes, containers: [{ name: 'main', image: IMAGE, command: ['ls'], volumeMounts }] },
  };
  const path = space.core('pods');
  const made = await space.create(path, pod);
  expect(made.spec.volumes).toEqual(expect.arrayContaining(volumes));
  expect(await space.refused('POST', path, pod)).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  expect((await space.get(`${path}/inline`)).metadata.uid).toBe(made.metadata.uid);
  expect(namesOf(await space.get(path))).toEqual(['inline']);
  const patched = await space.patch('merge', `${path}/inline`, { metadata: { annotations: { patched: 'true' } } });
  expect(patched.metadata.annotations.patched).toBe('true');
  await space.delete(`${path}/inline`);
  const { code, body } = await space.ask('GET', `${path}/inline`);
  expect(code === 404 || body.metadata.deletionTimestamp).toBeTruthy();
});

const lived = [
  {
    what: 'drivers',
    resource: 'csidrivers',
    first: { spec: { volumeLifecycleModes: ['Ephemeral'], fsGroupPolicy: 'ReadWriteOnceWithFSType' } },
    second: { spec: { volumeLifecycleModes: ['Persistent', 'Ephemeral'], fsGroupPolicy: 'ReadWriteOnceWithFSType' } },
  },
  {
    what: 'storage classes',
    resource: 'storageclasses',
    first: { provisioner: 'e2e-fake-provisioner', reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate', parameters: { a: 'b' } },
    second: { provisioner: 'e2e-fake-provisioner' },
  },
  // As Go writes a node that has no drivers yet.
  { what: 'nodes of drivers', resource: 'csinodes', first: { spec: { drivers: null } }, second: { spec: { drivers: [] } } },
];
for (const { what, resource, first, second } of lived) {
  apiBehaviour(`${what}: made, patched, updated, listed, deleted alone and as a collection`, async (space, context) => {
    const path = `${STORAGE}/${resource}`;
    const labels = { 'e2e-test': space.namespace };
    const [one, two] = [`${space.namespace}-1`, `${space.namespace}-2`];
    context.onTestFinished(async () => {
      await space.ask('DELETE', `${path}?${byLabels(labels)}`);
    });
    const made = await space.create(path, { metadata: { name: one, labels, creationTimestamp: null }, ...first });
    expect(await space.refused('POST', path, { metadata: { name: one }, ...first })).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    await space.create(path, { metadata: { name: two, labels }, ...second });
    expect((await space.get(`${path}/${one}`)).metadata.uid).toBe(made.metadata.uid);
    const patched = await space.patch('strategic', `${path}/${two}`, { metadata: { labels: { [two]: 'patched' } } });
    expect(patched.metadata.labels[two]).toBe('patched');
    const updated = await space.update(`${path}/${two}`, ({ metadata }) => {
      metadata.labels[two] = 'updated';
    });
    expect(updated.metadata.labels).toEqual({ ...labels, [two]: 'updated' });
    expect(namesOf(await space.get(`${path}?${byLabels(labels)}`))).toEqual([one, two]);
    await space.delete(`${path}/${one}`);
    expect((await space.ask('GET', `${path}/${one}`)).code).toBe(404);
    await space.delete(`${path}?${byLabels({ [two]: 'updated' })}`);
    expect((await space.ask('GET', `${path}/${two}`)).code).toBe(404);
  });
}

supportsApiOperations('storage capacities', {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csistoragecapacities',
  namespaced: true,
  object: () => ({ storageClassName: 'e2e.example.com' }),
  change: { capacity: '1Gi' },
});
