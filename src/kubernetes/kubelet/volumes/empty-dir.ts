import { chmod, chown, mkdir } from 'node:fs/promises';
import { quantityValue } from '../../machinery/quantity.ts';
import { mountsBelow, mountTmpfs } from './mount.ts';
import type { VolumePlugin } from './plugin.ts';
import { volumeDirectory } from './plugin.ts';

const WORLD = 0o777;
const GROUP = 0o2777;

/** Scratch space that lives as long as the pod, on disk or in memory. */
export const emptyDir: VolumePlugin = {
  name: 'empty-dir',
  supports: (volume) => volume.emptyDir !== undefined,

  async setUp({ pod, volume, services }) {
    const path = volumeDirectory(services.podsDirectory, pod, 'empty-dir', volume.name);
    const made = await mkdir(path, { recursive: true });
    const inMemory = volume.emptyDir?.medium === 'Memory';
    if (inMemory && !(await mountsBelow(path)).includes(path)) await mountTmpfs(path, tmpfsOptions(volume.emptyDir?.sizeLimit));
    if (made || inMemory) await open(path, pod.spec.securityContext?.fsGroup);
    return { path };
  },
};

function tmpfsOptions(sizeLimit: string | undefined): string {
  const size = sizeLimit ? quantityValue(sizeLimit) : 0;
  return size > 0 ? `mode=0777,size=${size}` : 'mode=0777';
}

async function open(path: string, fsGroup: number | undefined): Promise<void> {
  if (fsGroup !== undefined) await chown(path, 0, fsGroup);
  await chmod(path, fsGroup === undefined ? WORLD : GROUP);
}
