import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { WatchClient } from '../../support/watch-client.ts';

const CORE = '/api/v1/namespaces/default/events';
const NEWER = '/apis/events.k8s.io/v1/namespaces/default/events';
const about = { kind: 'Pod', namespace: 'default', name: 'p' };

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('one event, two shapes', async () => {
  await using watch = await WatchClient.open(server, `${CORE}?watch=1`);
  const body = {
    metadata: { name: 'new' },
    eventTime: '2030-01-01T00:00:00.000000Z',
    regarding: about,
    note: 'it happened',
    reason: 'Testing',
    action: 'Test',
    type: 'Normal',
    reportingController: 'example.com/tester',
    reportingInstance: 'tester-1',
  };
  const created = await server.call('POST', NEWER, { body });
  expect(created).toMatchObject({ code: 201, body: { apiVersion: 'events.k8s.io/v1', note: 'it happened', regarding: about } });
  const core = await server.call('GET', `${CORE}/new`);
  expect(core.body).toMatchObject({
    apiVersion: 'v1',
    message: 'it happened',
    involvedObject: about,
    reportingComponent: 'example.com/tester',
    firstTimestamp: null,
  });
  expect(core.body.metadata).toMatchObject({ uid: created.body.metadata.uid, resourceVersion: created.body.metadata.resourceVersion });
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { apiVersion: 'v1', message: 'it happened' } });
});

test('a change at one version is a change at the other', async () => {
  await server.call('POST', CORE, {
    body: {
      metadata: { name: 'old' },
      involvedObject: about,
      reason: 'Testing',
      message: 'first',
      type: 'Normal',
      count: 1,
      source: { component: 'tester' },
    },
  });
  await using watch = await WatchClient.open(server, `${NEWER}?watch=1&fieldSelector=metadata.name%3Dold`);
  expect(await watch.next()).toMatchObject({
    type: 'ADDED',
    object: { kind: 'Event', note: 'first', deprecatedCount: 1, deprecatedSource: { component: 'tester' } },
  });
  await server.call('PATCH', `${NEWER}/old`, {
    body: { note: 'second', deprecatedCount: 2 },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  expect((await server.call('GET', `${CORE}/old`)).body).toMatchObject({ message: 'second', count: 2 });
  expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { note: 'second' } });
  const listed = await server.call('GET', `${NEWER}?limit=1`);
  expect(listed.body).toMatchObject({ kind: 'EventList', apiVersion: 'events.k8s.io/v1', items: [{ note: expect.any(String) }] });
  const rest = await server.call('GET', `${NEWER}?limit=1&continue=${listed.body.metadata.continue}`);
  expect(rest.body.items[0]).toHaveProperty('regarding');
  expect((await server.call('DELETE', `${NEWER}/old`)).code).toBe(200);
  expect((await server.call('GET', `${CORE}/old`)).code).toBe(404);
});
