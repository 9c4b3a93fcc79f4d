import { expect, test } from 'vitest';
import { configMaps } from '../../api/core/config-map.ts';
import type { ConfigMap } from '../../api/generated/core-v1.ts';
import { encodeForStorage, headOf, inWriteOrder, storedObject } from './stored-object.ts';

const object: ConfigMap = {
  data: { text: '"resourceVersion":"7"' },
  metadata: { labels: { resourceVersion: '3' }, resourceVersion: '99', name: 'a', namespace: 'ns', uid: 'u' },
};

test('the revision lands in the metadata and nowhere else', () => {
  const value = encodeForStorage(inWriteOrder(configMaps, object));
  const stored = storedObject('/k', value, 12345);
  expect(JSON.parse(stored.bytes.toString())).toEqual({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    ...object,
    metadata: { ...object.metadata, resourceVersion: '12345' },
  });
  expect(stored.object.metadata.resourceVersion).toBe('12345');
});

test('bytes begin with kind and version, so that lists can leave them out', () => {
  const { bytes } = storedObject('/k', encodeForStorage(inWriteOrder(configMaps, object)), 1);
  const head = headOf(configMaps);
  expect(bytes.toString().startsWith(head)).toBe(true);
  expect(JSON.parse(`{${bytes.toString().slice(head.length)}`)).not.toHaveProperty('kind');
});

test('the object that went in is left as it was', () => {
  inWriteOrder(configMaps, object);
  expect(object.metadata.resourceVersion).toBe('99');
});
