// Conformance: "CustomResourceDefinition resources Simple CustomResourceDefinition creating/deleting, listing,
// getting/updating/patching custom resource definition status sub-resource", "custom resource defaulting for requests and
// from storage works", "should include custom resource definition resources in discovery documents",
// "CustomResourceDefinition Watch watch on custom resource definition objects", "AggregatedDiscovery should support
// aggregated discovery interface for CRDs, raw aggregated discovery request for CRDs".
import { expect } from 'vitest';
import { byLabels, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { uniqueSuffix } from '../../support/conformance-cluster.ts';
import { CRDS, kindBehaviour } from '../../support/custom-kinds.ts';
import { eventually } from '../../support/process.ts';

const GROUP = 'apiextensions.k8s.io';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

kindBehaviour('a definition is created and deleted', async ({ define, get, delete: remove, ask }) => {
  const { name, path } = await define();
  const { status } = await get(`${CRDS}/${name}`);
  expect(status.conditions.map(({ type, status: is }: Anything) => `${type}=${is}`)).toEqual(
    expect.arrayContaining(['NamesAccepted=True', 'Established=True']),
  );
  await remove(`${CRDS}/${name}`);
  await eventually(async () => expect((await ask('GET', `${CRDS}/${name}`)).code).toBe(404));
  await eventually(async () => expect((await ask('GET', path('v1'))).code).toBe(404));
});

kindBehaviour('definitions are listed and deleted by their labels', async ({ define, get, delete: remove }) => {
  const labels = { 'conformance-list': uniqueSuffix() };
  const kinds = await Promise.all(Array.from({ length: 10 }, () => define({ labels })));
  const other = await define();
  const { items } = await get(`${CRDS}?${byLabels(labels)}`);
  expect(namesOf({ items }).sort()).toEqual(kinds.map(({ name }) => name).sort());
  for (const item of items) expect(item.spec).toEqual((await get(`${CRDS}/${item.metadata.name}`)).spec);

  await remove(`${CRDS}?${byLabels(labels)}`);
  await eventually(async () => expect((await get(`${CRDS}?${byLabels(labels)}`)).items).toEqual([]));
  expect((await get(`${CRDS}/${other.name}`)).metadata).not.toHaveProperty('deletionTimestamp');
});

kindBehaviour('the status of a definition is read, updated and patched', async ({ define, get, update, patch }) => {
  const { name } = await define();
  const { spec } = await get(`${CRDS}/${name}`);
  expect((await get(`${CRDS}/${name}/status`)).spec).toEqual(spec);
  const messages = ({ status }: Anything): string[] => status.conditions.map(({ message }: Anything) => message);
  const updated = await update(`${CRDS}/${name}`, ({ status }) => status.conditions.push({ message: 'updated' }), '/status');
  expect(messages(updated)).toContain('updated');
  const value = [{ message: 'patched' }];
  const patched = await patch('json', `${CRDS}/${name}/status`, [{ op: 'add', path: '/status/conditions', value }]);
  expect(messages(patched)).toContain('patched');
  expect(patched.spec).toEqual(spec);
});

kindBehaviour('discovery has definitions', async ({ get }) => {
  const { groups } = await get('/apis');
  const group = groups.find(({ name }: Anything) => name === GROUP);
  expect(group.versions).toContainEqual({ groupVersion: `${GROUP}/v1`, version: 'v1' });
  expect(await get(`/apis/${GROUP}`)).toMatchObject({ kind: 'APIGroup', name: GROUP, versions: group.versions });
  const { groupVersion, resources } = await get(`/apis/${GROUP}/v1`);
  expect(groupVersion).toBe(`${GROUP}/v1`);
  expect(resources.map(({ name }: Anything) => name)).toContain('customresourcedefinitions');
});

kindBehaviour('defaults are filled in for requests and from storage', async ({ define, create, get, patch }) => {
  const string = { type: 'string' };
  const { name, path, object } = await define({ schema: { type: 'object', properties: { a: string, b: string } } });
  expect(await create(path('v1'), object('v1', 'one'))).not.toHaveProperty('a');

  const property = (letter: string) => `/spec/versions/0/schema/openAPIV3Schema/properties/${letter}/default`;
  await patch('json', `${CRDS}/${name}`, [{ op: 'add', path: property('a'), value: 'A' }]);
  await eventually(async () => expect(await get(path('v1', 'one'))).toMatchObject({ a: 'A' }));
  expect(await create(path('v1'), object('v1', 'two'))).toMatchObject({ a: 'A' });

  await patch('json', `${CRDS}/${name}`, [
    { op: 'remove', path: property('a') },
    { op: 'add', path: property('b'), value: 'B' },
  ]);
  // What was written with a default keeps it; what never was has none any more.
  await eventually(async () => expect(await get(path('v1', 'two'))).toMatchObject({ a: 'A', b: 'B' }));
  expect(await get(path('v1', 'one'))).not.toHaveProperty('a');
});

kindBehaviour('watches of one object each see that object alone', async ({ define, create, patch, delete: remove, watch }) => {
  const { path, object } = await define();
  const watchOf = (name: string) => watch(`${path('v1')}?fieldSelector=metadata.name%3D${name}&timeoutSeconds=600`);
  using first = await watchOf('first');
  using second = await watchOf('second');
  for (const [name, own] of [
    ['first', first],
    ['second', second],
  ] as const) {
    const created = await create(path('v1'), object('v1', name));
    expect(await own.next()).toEqual({ type: 'ADDED', object: created });
    const patched = await patch('json', path('v1', name), [{ op: 'add', path: '/dummy', value: 'test' }]);
    expect(await own.next()).toEqual({ type: 'MODIFIED', object: patched });
    await remove(path('v1', name));
    expect(await own.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name }, dummy: 'test' } });
  }
});

kindBehaviour('aggregated discovery has custom resources, asked alone or as clients ask', async ({ define, ask }) => {
  const { group, plural, kind } = await define({ versions: ['v1', 'v1beta1'], scope: 'Namespaced' });
  for (const accept of [
    AGGREGATED,
    `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`,
  ]) {
    await eventually(async () => {
      const { body } = await ask('GET', '/apis', { headers: { accept } });
      expect(body.kind).toBe('APIGroupDiscoveryList');
      const found = body.items.find(({ metadata }: Anything) => metadata.name === group);
      const listed = found?.versions.map(({ version, resources }: Anything) => [
        version,
        resources.map(({ resource }: Anything) => resource),
      ]);
      expect(listed).toEqual([
        ['v1', [plural]],
        ['v1beta1', [plural]],
      ]);
      expect(found.versions[0].resources[0]).toMatchObject({ scope: 'Namespaced', responseKind: { group, version: 'v1', kind } });
    });
  }
});
