import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { SqliteStorage } from '../sqlite/sqlite-storage.ts';
import { describeStorage } from '../testing/behaviour.ts';
import { aesGcm } from './aes.ts';
import { EncryptedStorage } from './encrypted-storage.ts';
import { ValueTransformer } from './value-transformer.ts';

const transformer = new ValueTransformer([aesGcm({ name: 'one', secret: Buffer.alloc(32, 1) })]);

describeStorage('SQLite, encrypted', () => {
  const clock = new FakeClock();
  let folder = '';
  return {
    async open() {
      folder = await mkdtemp(join(tmpdir(), 'encrypted-'));
      return new EncryptedStorage(await SqliteStorage.open(folder, clock), () => transformer);
    },
    letTimePass: (seconds) => clock.advance(seconds * 1000),
    dispose: () => rm(folder, { recursive: true }),
  };
});
