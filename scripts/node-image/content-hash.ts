import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const notInTheImage = (path: string) => /\.test\.tsx?$|\/testdata\/|\.md$/.test(path);

/** Every file under `paths` (files or folders, relative to `root`), sorted; tests and documents do not count. */
async function filesUnder(root: string, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const absolute = join(root, path);
    const info = await stat(absolute).catch(() => undefined);
    if (info?.isFile()) found.push(path);
    if (!info?.isDirectory()) continue;
    for (const entry of await readdir(absolute, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(relative(root, join(entry.parentPath, entry.name)));
    }
  }
  return found.filter((path) => !notInTheImage(path)).sort();
}

/** Twelve hex digits that change with the names or contents of the files, or with `salt`. */
export async function contentHash(root: string, paths: readonly string[], salt: string): Promise<string> {
  const hash = createHash('sha256').update(salt);
  for (const path of await filesUnder(root, paths)) {
    hash.update(`\0${path}\0`).update(await readFile(join(root, path)));
  }
  return hash.digest('hex').slice(0, 12);
}
