import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { silentLog } from '../../../base/log.ts';
import type { AuditEvent } from './audit-event.ts';
import { AuditLog } from './audit-log.ts';

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'audit-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

const event = (auditID: string): AuditEvent => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID,
  stage: 'ResponseComplete',
  requestURI: '/',
  verb: 'get',
  user: { username: 'ann', groups: [] },
  requestReceivedTimestamp: '',
  stageTimestamp: '',
});
const SIZE = Buffer.byteLength(`${JSON.stringify(event('0'))}\n`);

async function idsIn(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line).auditID);
}

test('events are lines, added to what is there', async () => {
  const path = join(await directory(), 'audit.log');
  for (const ids of [['1', '2'], ['3']]) {
    await using log = await AuditLog.open({ path, maxBytes: 1e6, maxBackups: 0, maxAgeDays: 0 }, new FakeClock(), silentLog);
    for (const id of ids) log.write(event(id));
  }
  expect(await idsIn(path)).toEqual(['1', '2', '3']);
});

test('a full file is put aside, and the oldest of those removed', async () => {
  const folder = await directory();
  const clock = new FakeClock('2030-01-01T00:00:00Z');
  const config = { path: join(folder, 'audit.log'), maxBytes: 2 * SIZE, maxBackups: 2, maxAgeDays: 0 };
  for (const id of ['1', '2', '3', '4', '5', '6', '7']) {
    {
      await using log = await AuditLog.open(config, clock, silentLog);
      log.write(event(id));
    }
    await clock.advance(1000);
  }
  const names = (await readdir(folder)).sort();
  expect(names).toEqual(['audit-2030-01-01T00-00-04.000.log', 'audit-2030-01-01T00-00-06.000.log', 'audit.log']);
  expect(await Promise.all(names.map((name) => idsIn(join(folder, name))))).toEqual([['3', '4'], ['5', '6'], ['7']]);
});

test('files put aside too long ago are removed, others are not ours', async () => {
  const folder = await directory();
  const clock = new FakeClock('2030-01-10T00:00:00Z');
  for (const name of ['audit-2030-01-01T00-00-00.000.log', 'audit-2030-01-09T00-00-00.000.log', 'audit-notes.log']) {
    await writeFile(join(folder, name), '');
  }
  const config = { path: join(folder, 'audit.log'), maxBytes: SIZE, maxBackups: 0, maxAgeDays: 7 };
  {
    await using log = await AuditLog.open(config, clock, silentLog);
    for (const id of ['1', '2']) log.write(event(id));
  }
  expect((await readdir(folder)).sort()).toEqual([
    'audit-2030-01-09T00-00-00.000.log',
    'audit-2030-01-10T00-00-00.000.log',
    'audit-notes.log',
    'audit.log',
  ]);
});

test('a file that cannot be written fails at once', async () => {
  const path = join(await directory(), 'missing', 'audit.log');
  await expect(AuditLog.open({ path, maxBytes: 1, maxBackups: 0, maxAgeDays: 0 }, new FakeClock(), silentLog)).rejects.toThrow('ENOENT');
});
