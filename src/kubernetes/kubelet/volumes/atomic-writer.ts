import { chmod, chown, mkdir, readdir, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface PayloadFile {
  data: Uint8Array;
  mode: number;
  uid?: number | undefined;
}

/** Relative path -> file. */
export type Payload = ReadonlyMap<string, PayloadFile>;

const DATA = '..data';
const NEW_DATA = '..data_tmp';

/**
 * Replaces a directory's content so that readers see the old files or the new, never a mixture: files live in a
 * directory of their own, `..data` points to it and is swapped by one rename, visible names are links through it.
 */
export async function writeAtomically(directory: string, payload: Payload, now: number, gid?: number): Promise<void> {
  const stamp = `..${new Date(now).toISOString().replace(/[-:T]/g, '_').replace('Z', '')}${String(process.hrtime.bigint() % 1_000_000n).padStart(6, '0')}`;
  const fresh = join(directory, stamp);
  const previous = await readlink(join(directory, DATA)).catch(() => undefined);
  await mkdir(fresh, { recursive: true, mode: 0o755 });
  await chmod(fresh, 0o755);
  await Promise.all([...payload].map(([path, file]) => writeFileIn(fresh, path, file, gid)));
  await symlink(stamp, join(directory, NEW_DATA));
  await rename(join(directory, NEW_DATA), join(directory, DATA));
  await linkNames(directory, payload);
  if (previous && previous !== stamp) await rm(join(directory, previous), { recursive: true, force: true });
}

async function writeFileIn(root: string, path: string, file: PayloadFile, gid: number | undefined): Promise<void> {
  const target = join(root, path);
  if (path.includes('/')) await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await writeFile(target, file.data, { mode: file.mode });
  await chmod(target, gid === undefined ? file.mode : file.mode | 0o440); // writeFile's mode is subject to the umask.
  if (gid !== undefined || file.uid !== undefined) await chown(target, file.uid ?? 0, gid ?? 0);
}

async function linkNames(directory: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? ''));
  for (const name of await readdir(directory)) {
    if (!name.startsWith('..') && !wanted.delete(name)) await unlink(join(directory, name));
  }
  for (const name of wanted) await symlink(join(DATA, name), join(directory, name));
}
