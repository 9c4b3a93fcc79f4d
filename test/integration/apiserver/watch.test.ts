import { get } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { WatchClient } from '../../support/watch-client.ts';

const ROOT = '/api/v1/namespaces';
const clock = new FakeClock();
let server: TestApiServer;
let namespaces = 0;

beforeAll(async () => {
  server = await startApiServer({ clock });
});
afterAll(() => server[Symbol.asyncDispose]());

/** A namespace of its own for each test. */
async function newNamespace(): Promise<string> {
  const name = `watch-${namespaces++}`;
  await server.call('POST', ROOT, { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
  return `${ROOT}/${name}/configmaps`;
}

const create = (path: string, name: string, labels: Record<string, string> = {}) =>
  server.call('POST', path, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } } });

const patch = (path: string, name: string, body: object) =>
  server.call('PATCH', `${path}/${name}`, { body, headers: { 'content-type': 'application/merge-patch+json' } });

const versionOf = async (path: string) => (await server.call('GET', path)).body.metadata.resourceVersion as string;

test('a watch from a version sees what comes after it, in order', async () => {
  const path = await newNamespace();
  await create(path, 'before');
  const version = await versionOf(path);
  await create(path, 'a');
  await using watch = await WatchClient.open(server, `${path}?watch=true&resourceVersion=${version}`);
  await patch(path, 'a', { data: { x: '1' } });
  await server.call('DELETE', `${path}/a`);
  expect(await watch.take(3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
});

test('a watch without a version begins with what there is', async () => {
  const path = await newNamespace();
  await create(path, 'a');
  await create(path, 'b');
  await using watch = await WatchClient.open(server, `${path}?watch=1`);
  await create(path, 'c');
  expect(await watch.take(3)).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
});

test('the object of a DELETED event carries the version of the deletion', async () => {
  const path = await newNamespace();
  const created = (await create(path, 'a')).body;
  await using watch = await WatchClient.open(server, `${path}?watch=1&resourceVersion=${created.metadata.resourceVersion}`);
  await server.call('DELETE', `${path}/a`);
  const event = await watch.next();
  expect(event?.object.metadata.uid).toBe(created.metadata.uid);
  expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
});

test('objects that start and stop matching a selector appear and disappear', async () => {
  const path = await newNamespace();
  await create(path, 'a', { color: 'blue' });
  await using watch = await WatchClient.open(server, `${path}?watch=1&labelSelector=color%3Dred`);
  await create(path, 'never', { color: 'green' });
  await patch(path, 'a', { metadata: { labels: { color: 'red' } } });
  await patch(path, 'a', { data: { x: '1' } });
  await patch(path, 'a', { metadata: { labels: { color: 'blue' } } });
  expect(await watch.take(3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
});

test('one object by name', async () => {
  const path = await newNamespace();
  await using watch = await WatchClient.open(server, `${path}?watch=1&fieldSelector=metadata.name%3Db`);
  await create(path, 'a');
  await create(path, 'b');
  expect(await watch.take(1)).toEqual(['ADDED b']);
});

test('a streamed list ends with a bookmark that says so', async () => {
  const path = await newNamespace();
  await create(path, 'a');
  const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  await using watch = await WatchClient.open(server, `${path}?${query}`);
  expect(await watch.take(1)).toEqual(['ADDED a']);
  const bookmark = await watch.next();
  expect(bookmark).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
  await create(path, 'b');
  expect(await watch.take(1)).toEqual(['ADDED b']);
});

test('bookmarks come every minute to those who ask, and move on with the whole store', async () => {
  const path = await newNamespace();
  const version = await versionOf(path);
  await using watch = await WatchClient.open(server, `${path}?watch=1&resourceVersion=${version}&allowWatchBookmarks=true`);
  await create(await newNamespace(), 'elsewhere');
  await clock.advance(60_000);
  const bookmark = await watch.next();
  expect(bookmark?.type).toBe('BOOKMARK');
  expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThan(Number(version));
});

test('a watch ends after its timeout, with a last bookmark', async () => {
  const path = await newNamespace();
  await using watch = await WatchClient.open(server, `${path}?watch=1&timeoutSeconds=30&allowWatchBookmarks=true`);
  await clock.advance(29_000);
  expect((await watch.next())?.type).toBe('BOOKMARK');
  await clock.advance(1_000);
  await watch.ended;
  expect(await watch.next()).toBeUndefined();
});

test('a version that is no longer kept is gone', async () => {
  const path = await newNamespace();
  await create(path, 'a');
  for (let i = 0; i < 110; i++) await patch(path, 'a', { data: { i: String(i) } });
  await clock.advance(80_000);
  await patch(path, 'a', { data: { i: 'last' } });
  await using watch = await WatchClient.open(server, `${path}?watch=1&resourceVersion=2`);
  expect(await watch.next()).toMatchObject({
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringMatching(/^too old resource version: 2 \(\d+\)$/) },
  });
  await watch.ended;
});

test('tables and bare metadata can be watched too', async () => {
  const path = await newNamespace();
  await create(path, 'a');
  await using table = await WatchClient.open(server, `${path}?watch=1`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(await table.next()).toMatchObject({ type: 'ADDED', object: { kind: 'Table', rows: [{ cells: ['a', 0, expect.any(String)] }] } });
  await using partial = await WatchClient.open(server, `${path}?watch=1`, {
    accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  });
  expect(await partial.next()).toMatchObject({ type: 'ADDED', object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } });
});

test('a watch that starts late misses nothing while others write', async () => {
  const path = await newNamespace();
  const version = await versionOf(path);
  const writes = Promise.all(Array.from({ length: 50 }, (_, i) => create(path, `w${i}`)));
  await using watch = await WatchClient.open(server, `${path}?watch=1&resourceVersion=${version}`);
  await writes;
  const seen = await watch.take(50);
  expect(new Set(seen).size).toBe(50);
});

test('over HTTP/1.1 the answer begins before there is anything to say', async () => {
  const path = await newNamespace();
  const version = await versionOf(path);
  const status = await new Promise((resolve, reject) => {
    const request = get(
      `${server.url}${path}?watch=1&resourceVersion=${version}`,
      { ca: server.ca, headers: { authorization: `Bearer ${server.token}` } },
      (response) => {
        resolve(response.statusCode);
        response.on('error', () => {});
        request.destroy();
      },
    );
    request.on('error', reject);
  });
  expect(status).toBe(200);
});
