import { expect, test } from 'vitest';
import { aggregatedEncoding, negotiate } from './negotiate.ts';

test.each([
  { accept: undefined, wanted: { encoding: 'json' } },
  { accept: '*/*', wanted: { encoding: 'json' } },
  { accept: 'application/yaml', wanted: { encoding: 'yaml' } },
  { accept: 'application/vnd.kubernetes.protobuf,application/json', wanted: { encoding: 'protobuf' } },
  { accept: 'text/html, application/json;q=0.5, application/yaml;q=0.9', wanted: { encoding: 'yaml' } },
  { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json', wanted: { encoding: 'json', as: 'Table', asVersion: 'v1' } },
  { accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io', wanted: { encoding: 'json', as: 'Table', asVersion: 'v1beta1' } },
  { accept: 'application/json;as=Nope;v=v1;g=meta.k8s.io,application/json', wanted: { encoding: 'json' } },
])('$accept', ({ accept, wanted }) => {
  expect(negotiate(accept)).toEqual(wanted);
});

test('what cannot be given is refused, with the list of what can', () => {
  expect(() => negotiate('text/plain')).toThrow(/^406: Not Acceptable\n\nAvailable representations: application\/json/);
  expect(() => negotiate('text/csv', { streams: true })).toThrow(/stream=watch$/);
  expect(() => negotiate('application/vnd.kubernetes.protobuf', { custom: true })).toThrow(/^only the following media types/);
  expect(() => negotiate('application/json;as=Table;v=v2;g=meta.k8s.io')).toThrow(/^only the following media types are accepted/);
});

test('reviews are no tables', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  expect(() => negotiate(table, { tableless: true })).toThrow(/^only the following media types are accepted/);
  expect(negotiate(`${table},application/json`, { tableless: true })).toEqual({ encoding: 'json' });
  expect(negotiate(table)).toMatchObject({ as: 'Table' });
});

test('aggregated discovery is asked for by name', () => {
  expect(aggregatedEncoding('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json')).toBe('json');
  expect(aggregatedEncoding('application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')).toBe('protobuf');
  expect(aggregatedEncoding('application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList')).toBeUndefined();
  expect(aggregatedEncoding(undefined)).toBeUndefined();
});
