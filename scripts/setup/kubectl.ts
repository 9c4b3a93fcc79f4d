import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebianPackages } from './debian-archive.ts';

const FOLDER = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.cache', 'kubectl');

/** kubectl of the version we promise to please, from Debian; returns its folder, for PATH. */
export async function ensureKubectl(): Promise<string> {
  const bin = join(FOLDER, 'usr', 'bin');
  if (!existsSync(join(bin, 'kubectl'))) {
    console.log('Fetching kubectl ...');
    await unpackDebianPackages(['kubectl'], ['forky'], FOLDER);
  }
  return bin;
}
