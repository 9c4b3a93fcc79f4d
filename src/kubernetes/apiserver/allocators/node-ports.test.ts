import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { SqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { NodePortAllocator } from './node-ports.ts';
import { PortBitmap } from './port-bitmap.ts';
import { PortOperation } from './port-operation.ts';
import { PortRecord } from './port-record.ts';

let storage: Storage;
beforeEach(async () => {
  storage = await SqliteStorage.open(':memory:', new FakeClock());
  return () => storage.close();
});

const server = (from = 30_000, to = 30_099) => new NodePortAllocator({ from, to }, new PortRecord(storage));
const many = (ports: NodePortAllocator, count: number) => Promise.all(Array.from({ length: count }, () => ports.takeNext()));

test('two servers never give the same port', async () => {
  const taken = (await Promise.all([many(server(), 50), many(server(), 50)])).flat();
  expect(new Set(taken).size).toBe(100);
  await expect(server().takeNext()).rejects.toThrow('range is full');
});

test('ports that users may want to name are taken last', async () => {
  expect((await many(server(), 84)).every((port) => port >= 30_016)).toBe(true);
});

test('what another server gave back can be had again', async () => {
  const [one, two] = [server(), server()];
  await one.take(30_005);
  await expect(two.take(30_005)).rejects.toThrow('provided port is already allocated');
  await one.release([30_005, 80]);
  await two.take(30_005);
  await expect(one.take(30_005)).rejects.toThrow('provided port is already allocated');
});

test('one that is refused does not harm those asked for at the same time', async () => {
  const ports = server();
  const results = await Promise.allSettled([ports.take(30_001), ports.take(30_001), ports.takeNext()]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('outside the range there is nothing to have', async () => {
  await expect(server().take(80)).rejects.toThrow('provided port is not in the valid range. The range of valid ports is 30000-30099');
});

test('an operation gives back what it took or what it no longer needs', async () => {
  const ports = server();
  const create = new PortOperation(ports, false);
  await create.take(30_001);
  await create.revert();
  await ports.take(30_001);
  const change = new PortOperation(ports, false);
  const chosen = await change.takeNext();
  change.releaseLater([30_001]);
  await change.commit();
  expect(await Promise.all([30_001, chosen].map((port) => ports.has(port)))).toEqual([false, true]);
});

test('a dry run takes nothing and shows ports that look like it', async () => {
  const ports = server();
  const dry = new PortOperation(ports, true);
  await dry.take(30_001);
  await expect(dry.take(30_001)).rejects.toThrow('already allocated');
  expect(await dry.takeNext()).toBe(32_769);
  expect(await dry.takeNext()).toBe(32_770);
  expect(await ports.has(30_001)).toBe(false);
});

test('the bitmap is written as others read it', () => {
  const bitmap = new PortBitmap();
  expect(String(bitmap)).toBe('');
  for (const index of [0, 9]) bitmap.add(index);
  expect(String(bitmap)).toBe(Buffer.from([2, 1]).toString('base64'));
  expect([...PortBitmap.parse(String(bitmap)).taken(100)]).toEqual([0, 9]);
});
