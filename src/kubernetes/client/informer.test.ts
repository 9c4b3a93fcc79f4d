import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { FakeClock, settled } from '../../../test/support/fake-clock.ts';
import type { ConfigMap, Pod } from '../api/generated/core-v1.ts';
import { configMaps, pods } from '../api/resources.ts';
import { Informers } from './informers.ts';
import { readYourWrites } from './read-your-writes.ts';

let api: FakeApi;
let clock: FakeClock;
let stop: AbortController;
let informers: Informers;

beforeEach(() => {
  clock = new FakeClock();
  api = new FakeApi(() => clock.now());
  stop = new AbortController();
  informers = new Informers(api, stop.signal, { clock });
});

afterEach(() => stop.abort());

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({ metadata: { name, namespace: 'ns' }, data });
const pod = (name: string, nodeName?: string): Pod => ({ metadata: { name, namespace: 'ns' }, spec: { containers: [], nodeName } });
const wordsOf =
  (changes: string[]) =>
  ({ next, previous }: { next: ConfigMap | undefined; previous: ConfigMap | undefined }) => {
    changes.push(`${previous?.metadata.name ?? '-'}>${next?.metadata.name ?? '-'}`);
  };

test('lists, then follows changes, and tells late handlers what is there', async () => {
  await api.create(configMaps, configMap('a'));
  const informer = informers.of(configMaps);
  const changes: string[] = [];
  informer.onChange(wordsOf(changes));
  await informer.synced;
  const b = await api.create(configMaps, configMap('b'));
  await api.update(configMaps, { ...b, data: { x: '1' } });
  await api.delete(configMaps, { namespace: 'ns', name: 'a' });
  await settled();
  expect(changes).toEqual(['->a', '->b', 'b>b', 'a>-']);
  expect(informer.get('ns/b')?.data).toEqual({ x: '1' });
  const late: string[] = [];
  informer.onChange(wordsOf(late));
  expect(late).toEqual(['->b']);
});

test('resumes a watch that ended without a new list', async () => {
  const informer = informers.of(configMaps);
  await informer.synced;
  await clock.advance(5_000);
  api.endWatches();
  await api.create(configMaps, configMap('a'));
  await settled();
  expect(informer.list('ns')).toHaveLength(1);
});

test('lists again after 410, telling what vanished meanwhile', async () => {
  await api.create(configMaps, configMap('a'));
  const informer = informers.of(configMaps);
  const changes: string[] = [];
  informer.onChange(wordsOf(changes));
  await informer.synced;
  await clock.advance(5_000);
  api.endWatches();
  await api.delete(configMaps, { namespace: 'ns', name: 'a' });
  await api.create(configMaps, configMap('b'));
  api.compact();
  await clock.advance(0);
  expect(changes).toEqual(['->a', '->b', 'a>-']);
});

test('tries again with a delay while there is no server', async () => {
  let up = false;
  const list: FakeApi['list'] = (...args) => (up ? api.list(...args) : Promise.reject(new Error('connect ECONNREFUSED')));
  const flaky = new Informers({ list, watch: api.watch.bind(api) }, stop.signal, { clock });
  const informer = flaky.of(configMaps);
  await clock.advance(10_000);
  expect(informer.hasSynced).toBe(false);
  up = true;
  await clock.advance(6_000);
  expect(informer.hasSynced).toBe(true);
});

test('field selectors and indexes', async () => {
  await api.create(pods, pod('here', 'n1'));
  await api.create(pods, pod('there', 'n2'));
  const informer = informers.of(pods, { fieldSelector: 'spec.nodeName=n1' });
  informer.addIndex('node', (each) => [each.spec.nodeName ?? '']);
  await informer.synced;
  expect(informer.byIndex('node', 'n1').map(({ metadata }) => metadata.name)).toEqual(['here']);
  expect(informer.byIndex('node', 'n2')).toEqual([]);
});

test('a write is readable at once and its later watch event changes nothing', async () => {
  const informer = informers.of(configMaps);
  await informer.synced;
  const writer = readYourWrites(api, informers);
  const changes: string[] = [];
  informer.onChange(wordsOf(changes));
  const made = await writer.create(configMaps, configMap('a'));
  expect(informer.get('ns/a')).toEqual(made);
  await writer.delete(configMaps, { namespace: 'ns', name: 'a' });
  expect(informer.get('ns/a')).toBeUndefined();
  await settled();
  expect(informer.get('ns/a')).toBeUndefined();
});
