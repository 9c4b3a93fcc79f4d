import { expect } from 'vitest';
import { behaviour } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const KIND = 'volumeattributesclasses.storage.k8s.io';

behaviour('a class of volume attributes from its creation to its end', async ({ namespace: name, apply, kubectl }) => {
  const attributesClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttributesClass',
    metadata: { name, labels: { owner: name } },
    driverName: 'e2e.example.com',
    parameters: { iops: '9000' },
  };
  const labels = async () => (await kubectl.json<{ metadata: { labels: object } }>('get', KIND, name)).metadata.labels;
  const gone = () => eventually(async () => expect(await kubectl('get', KIND, '-l', `owner=${name}`, '-o', 'name')).toBe(''));

  await apply(attributesClass);
  expect(await kubectl.json('get', KIND, name)).toMatchObject({ driverName: 'e2e.example.com', parameters: { iops: '9000' } });
  expect((await kubectl.json<{ items: unknown[] }>('get', KIND, '-l', `owner=${name}`)).items).toHaveLength(1);
  await kubectl('patch', KIND, name, '--type=merge', '-p', JSON.stringify({ metadata: { labels: { patched: 'true' } } }));
  expect(await labels()).toEqual({ owner: name, patched: 'true' });
  const refused = await kubectl.try('patch', KIND, name, '--type=merge', '-p', JSON.stringify({ parameters: { iops: '1' } }));
  expect(refused.stderr).toContain('parameters: Forbidden: updates to parameters are forbidden.');
  await kubectl('delete', KIND, name);
  await gone();

  await apply(attributesClass);
  await apply({ ...attributesClass, metadata: { name, labels: { owner: name, updated: 'true' } } });
  expect(await labels()).toEqual({ owner: name, updated: 'true' });
  await kubectl('delete', KIND, '-l', `owner=${name}`);
  await gone();
});
