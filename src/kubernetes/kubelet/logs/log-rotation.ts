import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { CriClient } from '../cri/cri-client.ts';

const MAX_SIZE = 10 * 1024 * 1024;
/** The current file and what came before it. */
const MAX_FILES = 5;

export interface RunningLog {
  containerId: string;
  path: string;
}

/**
 * Starts a new log file for a container whose file has grown too big. The file just rotated stays readable for
 * followers; older ones are compressed, and the oldest go.
 */
export async function rotateIfBig(cri: CriClient, { containerId, path }: RunningLog, now: number): Promise<void> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size < MAX_SIZE) return;
  const old = await rotatedFiles(path);
  await compress(old.filter((file) => !file.endsWith('.gz')));
  await removeOldest(path);
  const stamp = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const rotated = `${path}.${stamp}`;
  await rename(path, rotated);
  try {
    await cri.call('ReopenContainerLog', { containerId });
  } catch (error) {
    await rename(rotated, path); // The runtime still writes to the old file.
    throw error;
  }
}

/** Oldest first: the names end in their time. */
async function rotatedFiles(path: string): Promise<string[]> {
  const directory = dirname(path);
  const names = await readdir(directory);
  return names
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .sort()
    .map((name) => join(directory, name));
}

async function compress(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
    await rm(file);
  }
}

async function removeOldest(path: string): Promise<void> {
  const files = await rotatedFiles(path);
  for (const file of files.slice(0, Math.max(0, files.length - (MAX_FILES - 2)))) await rm(file);
}
