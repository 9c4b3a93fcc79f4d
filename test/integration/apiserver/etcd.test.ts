import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { EtcdStorage } from '../../../src/kubernetes/storage/etcd/etcd-storage.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { startEtcd, type TestEtcd } from '../../support/etcd.ts';
import { WatchClient } from '../../support/watch-client.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

let etcd: TestEtcd;
beforeAll(async () => {
  etcd = await startEtcd();
}, 120_000);
afterAll(() => etcd[Symbol.asyncDispose]());

const start = async () => startApiServer({ storage: await EtcdStorage.open({ servers: [etcd.url] }, systemClock) });

const create = async (server: TestApiServer, name: string) => {
  const answer = await server.call('POST', MAPS, { body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } });
  expect(answer.code).toBe(201);
  return answer.body;
};

const names = async (server: TestApiServer) => {
  const { items } = (await server.call('GET', MAPS)).body as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
};

const remove = (server: TestApiServer, name: string) => server.call('DELETE', `${MAPS}/${name}`);

test('create, list, watch, patch, delete', async () => {
  await using server = await start();
  const { metadata } = await create(server, 'a');
  await using watch = await WatchClient.open(server, `${MAPS}?watch=1&resourceVersion=${metadata.resourceVersion}`);
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  await server.call('PATCH', `${MAPS}/a`, { body: { data: { x: '1' } }, ...merge });
  expect(await names(server)).toEqual(['a']);
  const stale = await server.call('PATCH', `${MAPS}/a`, { body: { metadata: { resourceVersion: metadata.resourceVersion } }, ...merge });
  expect(stale.code).toBe(409);
  await remove(server, 'a');
  expect(await watch.take(2)).toEqual(['MODIFIED a', 'DELETED a']);
  expect(await names(server)).toEqual([]);
});

test('a server that starts again has what the one before stored, and versions go on', async () => {
  const before = await start();
  const { metadata } = await create(before, 'kept');
  await before[Symbol.asyncDispose]();
  await using after = await start();
  expect((await after.call('GET', `${MAPS}/kept`)).body.metadata).toEqual(metadata);
  await using watch = await WatchClient.open(after, `${MAPS}?watch=1`);
  expect(await watch.take(1)).toContain('ADDED kept');
  const next = await create(after, 'later');
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
  for (const name of ['kept', 'later']) await remove(after, name);
});

test('what one server wrote the other shows at once, and its watches tell', async () => {
  await using one = await start();
  await using two = await start();
  await using watch = await WatchClient.open(
    two,
    `${MAPS}?watch=1&resourceVersion=${(await two.call('GET', MAPS)).body.metadata.resourceVersion}`,
  );
  for (const name of ['a', 'b', 'c']) {
    await create(one, name);
    expect(await names(two)).toContain(name);
  }
  expect(await watch.take(3)).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
  for (let round = 0; round < 20; round++) {
    const [from, to] = round % 2 ? [one, two] : [two, one];
    const { body } = await from.call('GET', `${MAPS}/a`);
    const updated = await from.call('PUT', `${MAPS}/a`, { body: { ...body, data: { round: String(round) } } });
    expect(updated.code).toBe(200);
    expect((await to.call('GET', `${MAPS}/a`)).body.metadata.resourceVersion).toBe(updated.body.metadata.resourceVersion);
  }
  const results = await Promise.all([one, two].map((server) => server.call('POST', MAPS, { body: { metadata: { name: 'same' } } })));
  expect(results.map(({ code }) => code).sort()).toEqual([201, 409]);
});

test("other programs' keys in the same etcd hold nothing up", async () => {
  await using server = await start();
  const other = await EtcdStorage.open({ servers: [etcd.url], prefix: '/other/' }, systemClock);
  const foreign = await other.write({ key: '/other/a', expect: 0, value: Buffer.from('x') });
  if (!foreign.done) throw new Error('refused');
  const list = await server.call('GET', MAPS);
  expect(Number(list.body.metadata.resourceVersion)).toBeGreaterThanOrEqual(foreign.revision);
  await other.close();
});

test('objects lie where other tools look for them', async () => {
  await using server = await start();
  await create(server, 'placed');
  for (const key of ['/registry/configmaps/default/placed', '/registry/namespaces/default', '/registry/services/specs/default/kubernetes'])
    expect(JSON.parse((await server.storage.get(key))?.value.toString() ?? '{}')).toHaveProperty('metadata');
});

test('clients do not notice more than a pause when etcd is killed and comes back', async () => {
  await using server = await start();
  await using watch = await WatchClient.open(
    server,
    `${MAPS}?watch=1&resourceVersion=${(await server.call('GET', MAPS)).body.metadata.resourceVersion}`,
  );
  await create(server, 'before-crash');
  await etcd.kill();
  const during = server.call('GET', `${MAPS}?resourceVersion=0`);
  expect((await during).code).toBe(200);
  await etcd.start();
  await create(server, 'after-crash');
  expect(await watch.take(2)).toEqual(['ADDED before-crash', 'ADDED after-crash']);
});
