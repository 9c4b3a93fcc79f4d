import { systemClock } from '../../../base/clock.ts';
import { SqliteStorage } from '../sqlite/sqlite-storage.ts';

/**
 * A process that writes as fast as it can, several keys at once, and follows everything from a revision on. Says on
 * stdout `acknowledged <revision> <key> <value>` for each write and `seen <revision> <key> <value>` for each change.
 */
const [directory = '', round = '', from = ''] = process.argv.slice(2);
const storage = await SqliteStorage.open(directory, systemClock);

storage.watch({
  prefix: '/',
  from: Number(from),
  onChanges(changes) {
    for (const change of changes)
      process.stdout.write(`seen ${change.revision} ${change.key} ${change.type === 'put' ? change.value : ''}\n`);
  },
  onError(error) {
    throw error;
  },
});

async function writeForEver(writer: number): Promise<never> {
  let expect = 0;
  for (let n = 0; ; n++) {
    const key = `/${round}/${writer}/${Math.floor(n / 10)}`;
    const result = await storage.write({ key, expect: n % 10 === 0 ? 0 : expect, value: Buffer.from(String(n)) });
    if (!result.done) throw new Error(`${key} was refused`);
    expect = result.revision;
    process.stdout.write(`acknowledged ${result.revision} ${key} ${n}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(writeForEver));
