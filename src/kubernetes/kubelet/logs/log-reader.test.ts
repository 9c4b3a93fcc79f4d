import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogOptions } from './log-options.ts';
import { readLog } from './log-reader.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs-'));
  path = join(folder, '0.log');
});
afterEach(() => rm(folder, { recursive: true }));

const plain: LogOptions = {
  follow: false,
  previous: false,
  timestamps: false,
  since: undefined,
  tailLines: undefined,
  limitBytes: undefined,
  stream: undefined,
};
const at = (second: number, rest: string) => `2026-01-01T00:00:0${second}.123456789Z ${rest}\n`;

const LOG = at(1, 'stdout F one') + at(2, 'stderr F two') + at(3, 'stdout P thr') + at(3, 'stdout F ee') + at(4, 'stdout F ');

async function read(options: Partial<LogOptions>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const text of readLog({ path, ended: Promise.resolve() }, { ...plain, ...options }, new AbortController().signal))
    parts.push(text);
  return Buffer.concat(parts).toString();
}

test.each([
  { name: 'everything', options: {}, text: 'one\ntwo\nthree\n\n' },
  {
    name: 'with times, once for a line in pieces',
    options: { timestamps: true, tailLines: 3 },
    text: '2026-01-01T00:00:03.123456789Z three\n2026-01-01T00:00:04.123456789Z \n',
  },
  { name: 'the last lines', options: { tailLines: 1 }, text: '\n' },
  { name: 'no lines', options: { tailLines: 0 }, text: '' },
  { name: 'more lines than there are', options: { tailLines: 100 }, text: 'one\ntwo\nthree\n\n' },
  { name: 'since', options: { since: Date.parse('2026-01-01T00:00:02.123Z') }, text: 'two\nthree\n\n' },
  { name: 'one stream', options: { stream: 'stderr' as const }, text: 'two\n' },
  { name: 'so many bytes', options: { limitBytes: 6 }, text: 'one\ntw' },
])('$name', async ({ options, text }) => {
  await writeFile(path, LOG);
  expect(await read(options)).toBe(text);
});

test('the last lines of a file of many blocks', async () => {
  await writeFile(path, Array.from({ length: 5_000 }, (_, index) => at(1, `stdout F line ${index}`)).join(''));
  expect(await read({ tailLines: 2 })).toBe('line 4998\nline 4999\n');
});

test('following goes on through a rotation until the container ends', async () => {
  await writeFile(path, at(1, 'stdout F one'));
  const ended = Promise.withResolvers<void>();
  const lines = readLog({ path, ended: ended.promise }, { ...plain, follow: true }, new AbortController().signal);
  const next = async () => String((await lines.next()).value);
  expect(await next()).toBe('one\n');
  await appendFile(path, at(2, 'stdout F two'));
  expect(await next()).toBe('two\n');
  await rename(path, `${path}.20260101-000000`);
  await writeFile(path, at(3, 'stdout F three'));
  expect(await next()).toContain('three\n');
  await appendFile(path, at(4, 'stdout F four'));
  ended.resolve();
  expect(await next()).toBe('four\n');
  expect((await lines.next()).done).toBe(true);
});

test('following ends with its reader', async () => {
  await writeFile(path, at(1, 'stdout F one'));
  const stop = new AbortController();
  const lines = readLog({ path, ended: new Promise(() => {}) }, { ...plain, follow: true }, stop.signal);
  await lines.next();
  const rest = lines.next();
  stop.abort();
  expect((await rest).done).toBe(true);
});
