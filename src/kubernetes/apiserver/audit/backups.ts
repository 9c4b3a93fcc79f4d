import { readdir, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

const DAY_MS = 86_400_000;
const STAMP = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/;

/** `audit.log` put aside: `audit-2030-01-02T03-04-05.678.log`. */
export function backupName(path: string, now: number): string {
  const extension = extname(path);
  const stamp = new Date(now).toISOString().slice(0, 23).replaceAll(':', '-');
  return join(dirname(path), `${basename(path, extension)}-${stamp}${extension}`);
}

/** Removes files put aside that are too many or too old. */
export async function removeOldBackups(
  { path, maxBackups, maxAgeDays }: { path: string; maxBackups: number; maxAgeDays: number },
  now: number,
): Promise<void> {
  const backups = (await readdir(dirname(path)))
    .flatMap((name) => {
      const at = timeOf(name, path);
      return at === undefined ? [] : [{ name, at }];
    })
    .sort((a, b) => b.at - a.at);
  const surplus = backups.filter(
    ({ at }, index) => (maxBackups > 0 && index >= maxBackups) || (maxAgeDays > 0 && now - at > maxAgeDays * DAY_MS),
  );
  await Promise.all(surplus.map(({ name }) => unlink(join(dirname(path), name))));
}

/** When a file was put aside; undefined for files that are none of ours. */
function timeOf(name: string, path: string): number | undefined {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  if (!name.startsWith(prefix) || !name.endsWith(extension)) return undefined;
  const match = STAMP.exec(name.slice(prefix.length, name.length - extension.length));
  return match ? Date.parse(`${match[1]}T${match[2]}:${match[3]}:${match[4]}Z`) : undefined;
}
