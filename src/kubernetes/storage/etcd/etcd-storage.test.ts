import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEtcd, type TestEtcd } from '../../../../test/support/etcd.ts';
import { systemClock } from '../../../base/clock.ts';
import { createAuthority } from '../../apiserver/standalone/pki.ts';
import type { Change } from '../storage.ts';
import { describeStorage, type StorageUnderTest } from '../testing/behaviour.ts';
import { EtcdClient } from './etcd-client.ts';
import { EtcdStorage } from './etcd-storage.ts';

let etcd: TestEtcd;
beforeAll(async () => {
  etcd = await startEtcd();
}, 120_000);
afterAll(() => etcd[Symbol.asyncDispose]());

const open = (...servers: string[]) => EtcdStorage.open({ servers, prefix: '/' }, systemClock);

/** Every lease ends by being revoked; a test need not wait until etcd does so itself. */
function underTest(): StorageUnderTest {
  const leases = new Map<number, number>();
  return {
    async open() {
      const storage = await open(etcd.url);
      const grant = storage.grantLease.bind(storage);
      storage.grantLease = async (seconds) => {
        const id = await grant(seconds);
        leases.set(id, seconds);
        return id;
      };
      return storage;
    },
    async letTimePass(passed) {
      const client = new EtcdClient({ servers: [etcd.url] }, systemClock);
      for (const [id, seconds] of leases) {
        leases.set(id, seconds - passed);
        if (seconds > passed) continue;
        leases.delete(id);
        await client.revokeLease(id);
      }
      client.close();
    },
    async dispose() {
      const storage = await open(etcd.url);
      for (const { key, modRevision } of (await storage.list({ prefix: '/' })).items) await storage.write({ key, expect: modRevision });
      await storage.close();
    },
  };
}

describeStorage('etcd', underTest);

/** Follows everything from now on; `until` resolves when a revision has been seen. */
function follow(storage: EtcdStorage, from: number) {
  const seen: Change[] = [];
  let look = () => {};
  storage.watch({
    prefix: '/',
    from,
    onChanges(changes) {
      seen.push(...changes);
      look();
    },
    onError(error) {
      throw error;
    },
  });
  const until = (revision: number) =>
    new Promise<void>((resolve) => {
      look = () => (seen.at(-1)?.revision ?? 0) >= revision && resolve();
      look();
    });
  return { seen, until };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a lease ends by itself', async () => {
  const storage = await open(etcd.url);
  const lease = await storage.grantLease(1);
  const written = await storage.write({ key: '/short', expect: 0, value: Buffer.from('x'), lease });
  if (!written.done) throw new Error('refused');
  const { seen, until } = follow(storage, written.revision + 1);
  await until(written.revision + 1);
  expect(seen).toMatchObject([{ type: 'delete', key: '/short' }]);
  await storage.close();
});

test('a watch goes on where it was when etcd is killed and comes back, again and again', async () => {
  const storage = await open(etcd.url);
  const other = await open(etcd.url);
  const start = await storage.revision();
  const { seen, until } = follow(storage, start + 1);
  let expected = 0;
  let refused = 0;
  let written = 0;
  const write = async () => {
    try {
      const result = await other.write({ key: '/k', expect: expected, value: Buffer.from(String(written)) });
      expected = result.done ? result.revision : result.current;
      written++;
    } catch {
      // Its outcome is not known; the next write finds out.
      refused++;
    }
  };
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 20; i++) await write();
    const racing = write();
    await etcd.kill();
    await etcd.start();
    await racing;
  }
  for (let i = 0; i < 5; i++) await write();
  const last = await storage.revision();
  await until(last);
  expect(written).toBeGreaterThanOrEqual(65);
  expect(refused).toBeLessThanOrEqual(3);
  expect(seen.map(({ revision }) => revision)).toEqual(range(start + 1, last));
  await storage.close();
  await other.close();
}, 60_000);

test("other programs' keys are neither seen nor in the way", async () => {
  const ours = await EtcdStorage.open({ servers: [etcd.url] }, systemClock);
  const theirs = await open(etcd.url);
  await theirs.write({ key: '/theirs', expect: 0, value: Buffer.from('x') });
  const foreign = await theirs.revision();
  expect(await ours.revision()).toBe(foreign);
  const result = await ours.write({ key: '/registry/a', expect: 0, value: Buffer.from('x') });
  expect(result).toMatchObject({ done: true, revision: foreign + 1 });
  await ours.close();
  await theirs.close();
});

test('of several servers one that answers is enough', async () => {
  const storage = await open('http://127.0.0.1:1', etcd.url);
  expect(await storage.write({ key: '/several', expect: 0, value: Buffer.from('x') })).toMatchObject({ done: true });
  await storage.close();
});

test('a value of more than a megabyte, and a list of more than four', async () => {
  const storage = await open(etcd.url);
  const value = Buffer.alloc(1_400_000, 'x');
  for (const key of ['/big/1', '/big/2', '/big/3', '/big/4'])
    expect(await storage.write({ key, expect: 0, value })).toMatchObject({ done: true });
  const { items } = await storage.list({ prefix: '/big/' });
  expect(items.map((item) => item.value.length)).toEqual([1_400_000, 1_400_000, 1_400_000, 1_400_000]);
  await storage.close();
});

test('TLS both ways', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-etcd-pki-'));
  const authority = await createAuthority('etcd-ca');
  const server = await authority.sign({ commonName: 'etcd', hosts: ['127.0.0.1', 'localhost'] });
  const client = await authority.sign({ commonName: 'kube-apiserver-etcd-client' });
  const files = { ca: join(directory, 'ca.crt'), cert: join(directory, 'server.crt'), key: join(directory, 'server.key') };
  await Promise.all([writeFile(files.ca, authority.cert), writeFile(files.cert, server.cert), writeFile(files.key, server.key)]);
  await using secured = await startEtcd({ tls: files });
  const storage = await EtcdStorage.open({ servers: [secured.url], ca: authority.cert, ...client }, systemClock);
  expect(await storage.write({ key: '/registry/a', expect: 0, value: Buffer.from('x') })).toMatchObject({ done: true });
  await storage.close();
  await rm(directory, { recursive: true });
});
