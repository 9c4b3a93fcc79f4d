import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { systemClock } from '../../../base/clock.ts';
import { describeStorage } from '../testing/behaviour.ts';
import { SqliteStorage } from './sqlite-storage.ts';

describeStorage('SQLite', () => {
  const clock = new FakeClock();
  return {
    open: () => SqliteStorage.open(':memory:', clock),
    letTimePass: (seconds) => clock.advance(seconds * 1000),
    async dispose() {},
  };
});

test('what was acknowledged is there after the process comes back, and revisions go on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-storage-'));
  try {
    const before = await SqliteStorage.open(directory, systemClock);
    const first = await before.write({ key: '/a', expect: 0, value: Buffer.from('one') });
    const gone = await before.write({ key: '/gone', expect: 0, value: Buffer.from('x') });
    if (!first.done || !gone.done) throw new Error('refused');
    await before.write({ key: '/gone', expect: gone.revision });
    const revision = before.revision();
    await before.compact(revision);
    await before.close();

    const after = await SqliteStorage.open(directory, systemClock);
    expect(after.revision()).toBe(revision);
    expect(await after.get('/a')).toMatchObject({ value: Buffer.from('one'), modRevision: first.revision });
    expect(await after.write({ key: '/b', expect: 0, value: Buffer.from('x') })).toMatchObject({ done: true, revision: revision + 1 });
    await after.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('leases of an earlier process still end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-storage-'));
  const clock = new FakeClock();
  try {
    const before = await SqliteStorage.open(directory, clock);
    const lease = await before.grantLease(60);
    await before.write({ key: '/e', expect: 0, value: Buffer.from('x'), lease });
    await before.close();
    const after = await SqliteStorage.open(directory, clock);
    const gone = new Promise<void>((resolve) => {
      after.watch({ prefix: '/', from: after.revision() + 1, onChanges: () => resolve(), onError() {} });
    });
    await clock.advance(61_000);
    await gone;
    expect(await after.get('/e')).toBeUndefined();
    await after.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
