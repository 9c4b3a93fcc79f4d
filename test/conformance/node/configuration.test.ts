// Conformance: "ConfigMap should run through a ConfigMap lifecycle", "... update ConfigMap successfully", "... fail to create
// ConfigMap with empty key", "Secrets should patch a secret", "... fail to create secret due to empty secret key" of sig-node;
// "ConfigMap should be immutable if `immutable` field is set", "Secrets should be immutable ..." of sig-storage.
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';

apiBehaviour('a config map is made, patched, listed everywhere and deleted as a collection', async (space) => {
  const labels = { 'test-configmap-static': space.namespace };
  const path = space.core('configmaps');
  using watch = await space.watch(`${path}?${byLabels(labels)}`);
  await space.create(path, { metadata: { name: 'lived', labels }, data: { valueName: 'value' } });
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { data: { valueName: 'value' } } });
  const change = { metadata: { labels: { 'test-configmap': 'patched' } }, data: { valueName: 'value1' } };
  await space.patch('strategic', `${path}/lived`, change);
  expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: change });
  expect(await space.get(`${path}/lived`)).toMatchObject(change);
  const updated = await space.update(`${path}/lived`, ({ data }) => {
    data['value-2'] = 'two';
  });
  expect(updated.data).toEqual({ valueName: 'value1', 'value-2': 'two' });
  expect(namesOf(await space.get(`/api/v1/configmaps?${byLabels(labels)}`))).toEqual(['lived']);
  await space.delete(`${path}?${byLabels(labels)}`);
  await watch.until(({ type }) => type === 'DELETED');
  expect((await space.get(`${path}?${byLabels(labels)}`)).items).toEqual([]);
});

apiBehaviour('a secret is made, patched, listed everywhere and deleted as a collection', async (space) => {
  const labels = { testsecret: space.namespace };
  const path = space.core('secrets');
  await space.create(path, { metadata: { name: 'lived', labels }, data: { key: 'dmFsdWU=' }, type: 'Opaque' });
  expect(namesOf(await space.get(`/api/v1/secrets?${byLabels(labels)}`))).toEqual(['lived']);
  const change = { metadata: { labels: { 'testsecret-constant': 'true' } }, data: { key: 'dmFsdWUx' } };
  await space.patch('strategic', `${path}/lived`, change);
  const [patched] = (await space.get(`/api/v1/secrets?${byLabels(labels)}`)).items;
  expect(patched).toMatchObject(change);
  await space.delete(`${path}?${byLabels({ 'testsecret-constant': 'true' })}`);
  expect((await space.get(`${path}?${byLabels(labels)}`)).items).toEqual([]);
});

for (const resource of ['configmaps', 'secrets']) {
  apiBehaviour(`${resource} have no empty key`, async (space) => {
    const refused = await space.refused('POST', space.core(resource), { metadata: { name: 'empty' }, data: { '': 'dmFsdWU=' } });
    expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(refused.details.causes[0].field).toBe('data[]');
  });

  apiBehaviour(`${resource} that are immutable keep their data, and stay immutable`, async (space) => {
    const path = space.core(resource);
    await space.create(path, { metadata: { name: 'immutable' }, data: { key: 'dmFsdWU=' } });
    await space.update(`${path}/immutable`, ({ data }) => {
      data.key = 'bmV3';
    });
    await space.update(`${path}/immutable`, (object) => {
      object.immutable = true;
    });
    for (const change of [{ data: { key: 'dmFsdWUx' } }, { data: { other: 'dmFsdWUx' } }, { immutable: false }, { immutable: null }]) {
      const { code, body } = await space.ask('PATCH', `${path}/immutable`, {
        body: change,
        headers: { 'content-type': 'application/merge-patch+json' },
      });
      expect({ code, reason: body.reason }).toEqual({ code: 422, reason: 'Invalid' });
    }
    const relabelled = await space.patch('merge', `${path}/immutable`, { metadata: { labels: { changed: 'yes' } } });
    expect(relabelled).toMatchObject({ data: { key: 'bmV3' }, immutable: true, metadata: { labels: { changed: 'yes' } } });
    await space.delete(`${path}/immutable`);
  });
}
