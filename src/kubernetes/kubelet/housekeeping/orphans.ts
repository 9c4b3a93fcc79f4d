import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PodServices } from '../services.ts';

/** Clears away what pods that are gone have left on disk: directories, volumes, logs and links to logs. */
export async function removeOrphans({ options, volumes, cgroups }: PodServices, isKnown: (uid: string) => boolean): Promise<void> {
  for (const uid of await names(join(options.rootDirectory, 'pods'))) if (!isKnown(uid)) await volumes.tearDown(uid);
  for (const name of await names(options.podLogsDirectory)) {
    const uid = name.split('_').at(-1) ?? '';
    if (!isKnown(uid)) await rm(join(options.podLogsDirectory, name), { recursive: true, force: true });
  }
  await removeDeadLinks(options.containerLogsDirectory);
  cgroups.removeExcept(isKnown);
}

async function names(directory: string): Promise<string[]> {
  return await readdir(directory).catch(() => []);
}

async function removeDeadLinks(directory: string): Promise<void> {
  for (const name of await names(directory)) {
    const path = join(directory, name);
    const link = await lstat(path).catch(() => undefined);
    if (!link?.isSymbolicLink()) continue;
    const target = await stat(path).catch(() => undefined);
    if (!target) await rm(path, { force: true });
  }
}
