import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebianPackages } from './debian-archive.ts';

const FOLDER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.cache', 'etcd');

/** A real etcd, from Debian; returns the program's path. */
export async function ensureEtcd(): Promise<string> {
  const program = join(FOLDER, 'usr', 'bin', 'etcd');
  if (!existsSync(program)) {
    console.log('Fetching etcd ...');
    await unpackDebianPackages(['etcd-server'], ['forky'], FOLDER);
  }
  return program;
}
