import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentHash } from './content-hash.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-hash-'));
  await mkdir(join(root, 'src/part'), { recursive: true });
  await writeFile(join(root, 'src/part/a.ts'), 'one');
  await writeFile(join(root, 'lock.json'), '{}');
});
afterEach(() => rm(root, { recursive: true }));

const hash = (salt = 'amd64') => contentHash(root, ['src', 'lock.json', 'not-there'], salt);

test.each([
  { name: 'contents', change: () => writeFile(join(root, 'src/part/a.ts'), 'two') },
  { name: 'a new file', change: () => writeFile(join(root, 'src/b.ts'), '') },
  { name: 'a single file', change: () => writeFile(join(root, 'lock.json'), '[]') },
])('changes with $name', async ({ change }) => {
  const before = await hash();
  await change();
  expect(await hash()).not.toBe(before);
});

test('does not change with tests and documents', async () => {
  const before = await hash();
  await writeFile(join(root, 'src/part/a.test.ts'), 'test');
  await writeFile(join(root, 'src/README.md'), 'words');
  expect(await hash()).toBe(before);
});

test('changes with the salt', async () => {
  expect(await hash('arm64')).not.toBe(await hash());
});
