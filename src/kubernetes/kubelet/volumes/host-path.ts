import type { Stats } from 'node:fs';
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostPathType } from '../../api/generated/core-v1.ts';
import type { VolumePlugin } from './plugin.ts';
import { VolumeError } from './volume-error.ts';

/** A path of the node, as it is. */
export const hostPath: VolumePlugin = {
  name: 'host-path',
  supports: (volume) => volume.hostPath !== undefined,

  async setUp({ volume }) {
    const { path = '', type = '' } = volume.hostPath ?? {};
    await checkHostPath(path, type);
    return { path };
  },
};

const CHECKS: Partial<Record<HostPathType, { is(stats: Stats): boolean; what: string }>> = {
  Directory: { is: (stats) => stats.isDirectory(), what: 'a directory' },
  DirectoryOrCreate: { is: (stats) => stats.isDirectory(), what: 'a directory' },
  File: { is: (stats) => stats.isFile(), what: 'a file' },
  FileOrCreate: { is: (stats) => stats.isFile(), what: 'a file' },
  Socket: { is: (stats) => stats.isSocket(), what: 'a socket file' },
  CharDevice: { is: (stats) => stats.isCharacterDevice(), what: 'a character device' },
  BlockDevice: { is: (stats) => stats.isBlockDevice(), what: 'a block device' },
};

/** Makes what may be made and refuses what is of another kind than asked for. */
export async function checkHostPath(path: string, type: HostPathType): Promise<void> {
  const check = CHECKS[type];
  if (!check) return;
  let stats = await stat(path).catch(() => undefined);
  if (!stats && type.endsWith('OrCreate')) stats = await create(path, type);
  if (!stats || !check.is(stats)) throw new VolumeError(`hostPath type check failed: ${path} is not ${check.what}`);
}

async function create(path: string, type: HostPathType): Promise<Stats> {
  if (type === 'DirectoryOrCreate') {
    await mkdir(path, { recursive: true, mode: 0o755 });
    await chmod(path, 0o755);
  } else {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await using _file = await open(path, 'a', 0o644);
  }
  return await stat(path);
}
