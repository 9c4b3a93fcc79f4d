import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ROOT = '/api/v1/namespaces';
const clock = new FakeClock();
let server: TestApiServer;
let namespaces = 0;

beforeAll(async () => {
  server = await startApiServer({ clock });
});
afterAll(() => server[Symbol.asyncDispose]());

async function newNamespace(): Promise<string> {
  const name = `objects-${namespaces++}`;
  await server.call('POST', ROOT, { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
  await server.call('POST', `${ROOT}/${name}/serviceaccounts`, { body: { metadata: { name: 'default' } } });
  return `${ROOT}/${name}`;
}

const configMap = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more } });
const post = (path: string, body: unknown) => server.call('POST', path, { body });
const patch = (path: string, body: unknown, type = 'application/merge-patch+json') =>
  server.call('PATCH', path, { body, headers: { 'content-type': type } });
const names = (list: { items: { metadata: { name: string } }[] }) => list.items.map(({ metadata }) => metadata.name);

describe('writes', () => {
  test('a read after a write sees it', async () => {
    const path = `${await newNamespace()}/configmaps`;
    const created = await post(path, configMap('a'));
    expect(created.code).toBe(201);
    expect((await server.call('GET', `${path}/a`)).body).toEqual(created.body);
    expect(names((await server.call('GET', path)).body)).toEqual(['a']);
  });

  test('an update of an old version is refused', async () => {
    const path = `${await newNamespace()}/configmaps`;
    const { body: first } = await post(path, configMap('a'));
    expect((await server.call('PUT', `${path}/a`, { body: { ...first, data: { x: '1' } } })).code).toBe(200);
    const late = await server.call('PUT', `${path}/a`, { body: { ...first, data: { x: '2' } } });
    expect(late).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
  });

  test('a write that changes nothing makes no version', async () => {
    const path = `${await newNamespace()}/configmaps`;
    const { body } = await post(path, configMap('a'));
    clock.advance(5000);
    const again = await server.call('PUT', `${path}/a`, { body });
    expect(again.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
    expect((await patch(`${path}/a`, {})).body.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  test('patches of many writers all count', async () => {
    const path = `${await newNamespace()}/configmaps`;
    await post(path, configMap('a'));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => patch(`${path}/a`, { data: { [`k${i}`]: 'v' } })));
    expect(answers.map(({ code }) => code)).toEqual(Array(20).fill(200));
    expect(Object.keys((await server.call('GET', `${path}/a`)).body.data)).toHaveLength(20);
  });

  test('a dry run answers as if, and leaves nothing', async () => {
    const path = `${await newNamespace()}/configmaps`;
    const dry = await post(`${path}?dryRun=All`, configMap('a'));
    expect(dry.code).toBe(201);
    expect(dry.body.metadata).toMatchObject({ name: 'a', uid: expect.any(String) });
    expect(dry.body.metadata.resourceVersion).toBeUndefined();
    expect((await server.call('GET', `${path}/a`)).code).toBe(404);
    await post(path, configMap('a'));
    expect((await post(`${path}?dryRun=All`, configMap('a'))).code).toBe(409);
    await server.call('DELETE', `${path}/a?dryRun=All`);
    expect((await server.call('GET', `${path}/a`)).code).toBe(200);
  });

  test('generation counts changes of the spec, and of nothing else', async () => {
    const namespace = await newNamespace();
    const path = `${namespace.replace('/api/v1', '/apis/apps/v1')}/deployments`;
    const labels = { app: 'web' };
    const spec = {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    };
    expect((await post(path, { metadata: { name: 'web' }, spec, status: { replicas: 9 } })).body).toMatchObject({
      metadata: { generation: 1 },
      status: {},
    });
    expect((await patch(`${path}/web`, { metadata: { labels: { x: 'y' } } })).body.metadata.generation).toBe(1);
    expect((await patch(`${path}/web/status`, { status: { replicas: 3 } })).body).toMatchObject({
      metadata: { generation: 1 },
      status: { replicas: 3 },
    });
    expect((await patch(`${path}/web`, { spec: { replicas: 2 }, status: { replicas: 7 } })).body).toMatchObject({
      metadata: { generation: 2 },
      status: { replicas: 3 },
    });
    expect((await patch(`${path}/web/scale`, { spec: { replicas: 5 } })).body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    expect((await server.call('GET', `${path}/web`)).body).toMatchObject({ metadata: { generation: 3 }, spec: { replicas: 5 } });
  });

  test('events end after their time', async () => {
    const namespace = await newNamespace();
    const name = namespace.split('/').at(-1);
    await post(`${namespace}/events`, {
      metadata: { name: 'e' },
      involvedObject: { namespace: name, kind: 'Pod', name: 'p' },
      reason: 'Testing',
      message: 'm',
      type: 'Normal',
    });
    expect(names((await server.call('GET', `${namespace}/events`)).body)).toEqual(['e']);
    const watch = new Promise<void>((resolve) => {
      const events = server.server.core.definitions.find(({ plural, group }) => plural === 'events' && group === '');
      if (!events) throw new Error('events are not served');
      server.server.core.store.onChange(events, (next) => next === undefined && resolve());
    });
    await clock.advance(3600_000 + 61_000);
    await watch;
    expect(names((await server.call('GET', `${namespace}/events`)).body)).toEqual([]);
  });
});

describe('lists', () => {
  test('pages of one state of the world', async () => {
    const path = `${await newNamespace()}/configmaps`;
    for (const name of ['a', 'b', 'c', 'd', 'e']) await post(path, configMap(name));
    const first = (await server.call('GET', `${path}?limit=2`)).body;
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.metadata).toMatchObject({ remainingItemCount: 3, continue: expect.any(String) });
    await post(path, configMap('bb'));
    await server.call('DELETE', `${path}/d`);
    const second = (await server.call('GET', `${path}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`)).body;
    expect(names(second)).toEqual(['c', 'd']);
    expect(second.metadata).toMatchObject({ remainingItemCount: 1, resourceVersion: first.metadata.resourceVersion });
    const third = (await server.call('GET', `${path}?limit=2&continue=${encodeURIComponent(second.metadata.continue)}`)).body;
    expect(names(third)).toEqual(['e']);
    expect(third.metadata.continue).toBeUndefined();
  });

  test('pages of a selection', async () => {
    const path = `${await newNamespace()}/configmaps`;
    for (let i = 0; i < 9; i++) await post(path, configMap(`m${i}`, { labels: { odd: String(i % 2 === 1) } }));
    const first = (await server.call('GET', `${path}?limit=2&labelSelector=odd%3Dtrue`)).body;
    expect(names(first)).toEqual(['m1', 'm3']);
    expect(first.metadata.remainingItemCount).toBeUndefined();
    const second = (
      await server.call('GET', `${path}?limit=2&labelSelector=odd%3Dtrue&continue=${encodeURIComponent(first.metadata.continue)}`)
    ).body;
    expect(names(second)).toEqual(['m5', 'm7']);
  });

  test('the past, exactly', async () => {
    const path = `${await newNamespace()}/configmaps`;
    const { body } = await post(path, configMap('a'));
    await post(path, configMap('b'));
    const then = (await server.call('GET', `${path}?resourceVersion=${body.metadata.resourceVersion}&resourceVersionMatch=Exact`)).body;
    expect(names(then)).toEqual(['a']);
    expect(then.metadata.resourceVersion).toBe(body.metadata.resourceVersion);
  });

  test('an old page is gone after compaction', async () => {
    const path = `${await newNamespace()}/configmaps`;
    for (const name of ['a', 'b', 'c']) await post(path, configMap(name));
    const { body } = await server.call('GET', `${path}?limit=1`);
    await server.storage.compact(await server.storage.revision());
    await post(path, configMap('d'));
    await server.storage.compact(await server.storage.revision());
    const expired = await server.call('GET', `${path}?limit=1&continue=${body.metadata.continue}`);
    expect(expired).toMatchObject({ code: 410, body: { reason: 'Expired', message: expect.stringMatching(/inconsistent list/) } });
    const rest = await server.call('GET', `${path}?limit=2&continue=${expired.body.metadata.continue}`);
    expect([rest.code, names(rest.body), rest.body.metadata.remainingItemCount]).toEqual([200, ['b', 'c'], 1]);
    expect(names((await server.call('GET', `${path}?continue=${rest.body.metadata.continue}`)).body)).toEqual(['d']);

    const old = await server.call('GET', `${path}?resourceVersion=1&resourceVersionMatch=Exact`);
    expect([old.code, old.body.message]).toEqual([410, 'The resourceVersion for the provided list is too old.']);
  });
});

describe('deletes', () => {
  test('finalizers hold an object until the last is gone', async () => {
    const path = `${await newNamespace()}/configmaps`;
    await post(path, configMap('a', { finalizers: ['example.com/one'] }));
    const deleted = await server.call('DELETE', `${path}/a`);
    expect(deleted.body).toMatchObject({
      kind: 'ConfigMap',
      metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 },
    });
    expect((await server.call('DELETE', `${path}/a`)).body.metadata.deletionTimestamp).toBe(deleted.body.metadata.deletionTimestamp);
    expect((await patch(`${path}/a`, { metadata: { finalizers: ['example.com/one', 'example.com/new'] } })).code).toBe(422);
    await patch(`${path}/a`, { metadata: { finalizers: null } });
    expect((await server.call('GET', `${path}/a`)).code).toBe(404);
  });

  test.each([
    { policy: 'Foreground', finalizer: 'foregroundDeletion' },
    { policy: 'Orphan', finalizer: 'orphan' },
  ])('$policy leaves the garbage collector a note', async ({ policy, finalizer }) => {
    const path = `${await newNamespace()}/configmaps`;
    await post(path, configMap('a'));
    expect((await server.call('DELETE', `${path}/a?propagationPolicy=${policy}`)).body.metadata.finalizers).toEqual([finalizer]);
    expect((await server.call('DELETE', `${path}/a?propagationPolicy=Background`)).body).toMatchObject({ status: 'Success' });
  });

  test('a pod without a node goes at once, one with a node after its grace period', async () => {
    const namespace = await newNamespace();
    const path = `${namespace}/pods`;
    const pod = (name: string, spec: object) => ({ metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
    await post(path, pod('unscheduled', {}));
    await server.call('DELETE', `${path}/unscheduled`);
    expect((await server.call('GET', `${path}/unscheduled`)).code).toBe(404);

    await post(path, pod('running', { nodeName: 'n1', terminationGracePeriodSeconds: 20 }));
    const { body } = await server.call('DELETE', `${path}/running`);
    expect(body.metadata).toMatchObject({ deletionGracePeriodSeconds: 20, generation: 2 });
    expect(Date.parse(body.metadata.deletionTimestamp)).toBe(Math.floor(clock.now() / 1000) * 1000 + 20_000);
    const sooner = (await server.call('DELETE', `${path}/running?gracePeriodSeconds=5`)).body;
    expect(sooner.metadata.deletionGracePeriodSeconds).toBe(5);
    expect(Date.parse(body.metadata.deletionTimestamp) - Date.parse(sooner.metadata.deletionTimestamp)).toBe(15_000);
    await server.call('DELETE', `${path}/running?gracePeriodSeconds=0`);
    expect((await server.call('GET', `${path}/running`)).code).toBe(404);
  });

  test('a namespace waits for its finalizer', async () => {
    const namespace = await newNamespace();
    expect((await server.call('DELETE', namespace)).body.status.phase).toBe('Terminating');
    expect((await post(`${namespace}/configmaps`, configMap('late'))).code).toBe(403);
    const { body } = await server.call('GET', namespace);
    await server.call('PUT', `${namespace}/finalize`, { body: { ...body, spec: { finalizers: [] } } });
    expect((await server.call('GET', namespace)).code).toBe(404);
  });

  test('a collection, by selector', async () => {
    const path = `${await newNamespace()}/configmaps`;
    await post(path, configMap('keep'));
    await post(path, configMap('a', { labels: { go: 'yes' } }));
    await post(path, configMap('b', { labels: { go: 'yes' } }));
    expect(names((await server.call('DELETE', `${path}?labelSelector=go%3Dyes`)).body)).toEqual(['a', 'b']);
    expect(names((await server.call('GET', path)).body)).toEqual(['keep']);
  });
});

describe('pods', () => {
  test('are bound to a node once', async () => {
    const path = `${await newNamespace()}/pods`;
    await post(path, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };
    expect(await post(`${path}/p/binding`, binding)).toMatchObject({ code: 201, body: { status: 'Success' } });
    expect((await server.call('GET', `${path}/p`)).body).toMatchObject({
      spec: { nodeName: 'n1' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
    });
    expect(await post(`${path}/p/binding`, binding)).toMatchObject({
      code: 409,
      body: { message: 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"' },
    });
  });
});
