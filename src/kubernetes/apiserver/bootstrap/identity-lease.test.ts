import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../../../test/support/api-server.ts';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { SqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import { serverName } from './identity-lease.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const LABEL = 'apiserver.kubernetes.io/identity';

const lease = async (api: TestApiServer) => {
  const { body } = await api.call('GET', `${LEASES}?labelSelector=${LABEL}=kube-apiserver`);
  expect(body.items).toHaveLength(1);
  return body.items[0];
};

test('the same host has the same name, another host another', () => {
  expect(serverName('a')).toMatch(/^apiserver-[a-z2-7]{26}$/);
  expect(serverName('a')).toBe(serverName('a'));
  expect(serverName('a')).not.toBe(serverName('b'));
});

test('a server holds a lease and renews it; those of servers long gone are removed', async () => {
  const clock = new FakeClock();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-lease-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const start = async () => startApiServer({ clock, storage: await SqliteStorage.open(folder, clock) });
  {
    await using api = await start();
    const gone = {
      metadata: { name: 'apiserver-gone', labels: { [LABEL]: 'kube-apiserver' } },
      spec: { holderIdentity: 'x', leaseDurationSeconds: 3600, renewTime: '2029-12-31T00:00:00.000000Z' },
    };
    const first = await lease(api);
    expect(first.spec).toMatchObject({ leaseDurationSeconds: 3600, renewTime: '2030-01-01T00:00:00.000000Z' });
    await clock.advance(10_000);
    await expect.poll(async () => (await lease(api)).spec.renewTime).toBe('2030-01-01T00:00:10.000000Z');
    expect((await lease(api)).spec.acquireTime).toBe(first.spec.acquireTime);
    expect((await api.call('POST', LEASES, { body: gone })).code).toBe(201);
  }
  await using again = await start();
  expect((await lease(again)).metadata.name).not.toBe('apiserver-gone');
});
