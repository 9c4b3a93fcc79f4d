import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';

/** How many images of earlier sources stay, so that going back and forth between two branches rebuilds nothing. */
const KEPT = 3;

/** Removes the oldest archives of the cache; each is a quarter of a gigabyte. */
export async function removeStaleImages(cache: string, inUse: readonly string[]): Promise<void> {
  const tars = (await readdir(cache)).filter((name) => name.endsWith('.tar')).map((name) => join(cache, name));
  const others = tars.filter((tar) => !inUse.includes(tar));
  const dated = await Promise.all(others.map(async (tar) => ({ tar, at: (await stat(tar)).mtimeMs })));
  dated.sort((a, b) => b.at - a.at);
  await Promise.all(dated.slice(KEPT).map(({ tar }) => rm(tar, { force: true })));
}

/** Removes the oldest images of a Docker Engine that no container uses. */
export async function removeStaleTags(docker: Docker, repository: string): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [repository] } });
  images.sort((a, b) => b.Created - a.Created);
  for (const image of images.slice(KEPT)) {
    // Docker refuses while a container is made of it, which is what we want.
    await docker
      .getImage(image.Id)
      .remove()
      .catch(() => undefined);
  }
}
