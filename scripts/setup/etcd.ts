import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebianPackages } from './debian-archive.ts';

const FOLDER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.cache', 'etcd');
const PROGRAM = join(FOLDER, 'usr', 'bin', 'etcd');

/** A real etcd, from Debian; returns the program's path. Test files that run side by side may all ask. */
export async function ensureEtcd(): Promise<string> {
  if (!existsSync(PROGRAM)) await fetchEtcd();
  return PROGRAM;
}

async function fetchEtcd(): Promise<void> {
  console.log('Fetching etcd ...');
  const unpacked = `${FOLDER}-${process.pid}`;
  try {
    await unpackDebianPackages(['etcd-server'], ['forky'], unpacked);
    // In one step, so that nobody sees half of it.
    await rename(unpacked, FOLDER);
  } catch (error) {
    if (!existsSync(PROGRAM)) throw error;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}
