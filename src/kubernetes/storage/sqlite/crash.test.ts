import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import type { Change } from '../storage.ts';
import { SqliteStorage } from './sqlite-storage.ts';

const WRITER = fileURLToPath(new URL('../testing/writer.ts', import.meta.url));
const ROUNDS = Number(process.env.SLIPWAY_CRASH_ROUNDS ?? 3);

/** `<revision> <key> <value>`, in the order they were printed. */
interface Heard {
  acknowledged: string[];
  seen: string[];
}

/** Lets a process write, and watch from a revision on, until it has acknowledged `count` writes; kills it and returns what it said. */
async function writeAndKill(directory: string, round: number, from: number, count: number): Promise<Heard> {
  const child = spawn(process.execPath, [WRITER, directory, String(round), String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const heard: Heard = { acknowledged: [], seen: [] };
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, ...rest] = line.split(' ');
    // Of a line that the kill cut short nobody knows what it would have said.
    if (rest.length < 3) continue;
    if (what === 'seen') heard.seen.push(rest.join(' '));
    if (what === 'acknowledged' && heard.acknowledged.push(rest.join(' ')) === count) child.kill('SIGKILL');
  }
  return heard;
}

test(
  `a writer that is killed ${ROUNDS} times loses nothing it was told is safe; a watch across the kills misses and repeats nothing`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
    const watched: string[] = [];
    const acknowledged: string[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const from = watched.length + 2;
        const heard = await writeAndKill(directory, round, from, 50 + ((round * 337) % 400));
        const storage = await SqliteStorage.open(directory, systemClock);
        expect(revisionsOf(heard.seen)).toEqual(range(from, from + heard.seen.length - 1));
        expect((await historyOf(storage, from)).slice(0, heard.seen.length)).toEqual(heard.seen);
        watched.push(...heard.seen);
        acknowledged.push(...heard.acknowledged);
        await storage.close();
      }
      const storage = await SqliteStorage.open(directory, systemClock);
      const history = await historyOf(storage, 1);
      expect(revisionsOf(history)).toEqual(range(2, storage.revision()));
      const stored = new Set(history);
      expect(acknowledged.filter((write) => !stored.has(write))).toEqual([]);
      await storage.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
  20_000 + ROUNDS * 3_000,
);

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const revisionsOf = (lines: readonly string[]) => lines.map((line) => Number(line.split(' ')[0]));

/** Everything a watch sees that starts at `from`. */
async function historyOf(storage: SqliteStorage, from: number): Promise<string[]> {
  const found: Change[] = [];
  const last = storage.revision();
  if (from > last) return [];
  await new Promise<void>((resolve, reject) => {
    storage.watch({
      prefix: '/',
      from,
      onChanges(changes) {
        found.push(...changes);
        if (found.at(-1)?.revision === last) resolve();
      },
      onError: reject,
    });
  });
  return found.map((change) => `${change.revision} ${change.key} ${change.type === 'put' ? change.value : ''}`);
}
