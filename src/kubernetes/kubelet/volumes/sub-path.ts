import { constants, existsSync } from 'node:fs';
import { chmod, chown, mkdir, open, readlink, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContainerConfigError } from '../containers/errors.ts';
import { bindMount, mountsBelow } from './mount.ts';

export interface SubPathRequest {
  /** The volume on the node. */
  volume: string;
  subPath: string;
  /** Where the bind mount goes: below the pod's directory. */
  target: string;
  fsGroup: number | undefined;
  readOnly: boolean;
}

/**
 * A part of a volume as a bind mount of its own. Containers that share the volume could turn the path into a link out
 * of it, so the mount is made from an open file whose true place has been checked.
 */
export async function mountSubPath(request: SubPathRequest): Promise<string> {
  const { volume, subPath, target, readOnly } = request;
  const root = await realpath(volume);
  const wanted = join(root, subPath);
  if (!isWithin(root, wanted))
    throw new ContainerConfigError(`failed to prepare subPath for volumeMount: subPath "${subPath}" not allowed`);
  if (!existsSync(wanted) && !readOnly) await makeDirectories(root, subPath, request.fsGroup);
  const source = await realpath(wanted).catch((error: unknown) => {
    throw new ContainerConfigError(`failed to prepare subPath for volumeMount of container: ${String(error)}`, error);
  });
  await using file = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const link = `/proc/${process.pid}/fd/${file.fd}`;
  const place = await readlink(link);
  if (!isWithin(root, place))
    throw new ContainerConfigError(`failed to prepare subPath for volumeMount: "${subPath}" leads out of the volume`);
  if ((await mountsBelow(target)).includes(target)) return target;
  await makeTarget(target, (await file.stat()).isDirectory());
  await bindMount(link, target);
  return target;
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** Step by step, so that no link that appeared meanwhile is followed out of the volume. */
async function makeDirectories(root: string, subPath: string, fsGroup: number | undefined): Promise<void> {
  let at = root;
  for (const part of subPath.split('/').filter(Boolean)) {
    at = join(at, part);
    if (existsSync(at)) {
      if (!isWithin(root, await realpath(at)))
        throw new ContainerConfigError(`failed to prepare subPath for volumeMount: "${subPath}" leads out of the volume`);
      continue;
    }
    await mkdir(at, { mode: 0o750 });
    await chmod(at, fsGroup === undefined ? 0o755 : 0o2775);
    if (fsGroup !== undefined) await chown(at, 0, fsGroup);
  }
}

async function makeTarget(target: string, directory: boolean): Promise<void> {
  await mkdir(directory ? target : dirname(target), { recursive: true, mode: 0o750 });
  if (!directory && !existsSync(target)) await writeFile(target, '');
}
