import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { SqliteStorage } from './sqlite-storage.ts';

const WRITER = fileURLToPath(new URL('../testing/writer.ts', import.meta.url));
const ROUNDS = Number(process.env.SLIPWAY_CRASH_ROUNDS ?? 3);

interface Acknowledged {
  n: number;
  revision: number;
}

/** Lets a process write until it has acknowledged `count` writes, kills it, and returns what it acknowledged. */
async function writeAndKill(directory: string, round: number, count: number): Promise<Map<string, Acknowledged>> {
  const child = spawn(process.execPath, [WRITER, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<string, Acknowledged>();
  let rest = '';
  let seen = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [key = '', n, revision] = line.split(' ');
      acknowledged.set(key, { n: Number(n), revision: Number(revision) });
      if (++seen === count) child.kill('SIGKILL');
    }
  });
  await new Promise((resolve) => child.once('close', resolve));
  return acknowledged;
}

test(`a writer that is killed ${ROUNDS} times loses nothing it was told is safe, and no revision comes twice`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await writeAndKill(directory, round, 50 + ((round * 337) % 400));
      const storage = await SqliteStorage.open(directory, systemClock);
      for (const [key, { n, revision }] of acknowledged) {
        const item = await storage.get(key);
        // A later write of the same key may have been stored without the news of it getting out.
        expect(Number(item?.value.toString())).toBeGreaterThanOrEqual(n);
        expect(item?.modRevision).toBeGreaterThanOrEqual(revision);
      }
      expect(await revisionsOf(storage)).toEqual(Array.from({ length: storage.revision() - 1 }, (_, i) => i + 2));
      await storage.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);

/** Every revision a watch from the beginning sees. */
async function revisionsOf(storage: SqliteStorage): Promise<number[]> {
  const seen: number[] = [];
  const last = storage.revision();
  await new Promise<void>((resolve, reject) => {
    storage.watch({
      prefix: '/',
      from: 1,
      onChanges(changes) {
        seen.push(...changes.map(({ revision }) => revision));
        if (seen.at(-1) === last) resolve();
      },
      onError: reject,
    });
  });
  return seen;
}
