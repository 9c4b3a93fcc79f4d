import { chmod, copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureDescriptions } from '../generate-api/build-descriptions.ts';
import { builtInImages } from './built-in-images.ts';
import { writeOciArchive } from './oci-archive.ts';
import type { Architecture } from './platform.ts';

/** Lays out under `into` what the image has beyond Debian, Node and the bundle: programs, settings, images and manifests. */
export async function layOutTopLayer(root: string, into: string, architecture: Architecture): Promise<void> {
  const resources = join(root, 'resources/node-image');
  const put = async (from: string, to: string, mode: number) => {
    const target = join(into, to);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(from, target);
    await chmod(target, mode);
  };
  await put(join(resources, 'slipway-entry.sh'), 'usr/local/sbin/slipway-entry', 0o755);
  await put(join(resources, 'slipway-node.sh'), 'usr/local/bin/slipway-node', 0o755);
  await put(join(resources, 'containerd.toml'), 'etc/containerd/config.toml', 0o644);
  await put(await ensureDescriptions(root), 'opt/slipway/openapi-descriptions.json.gz', 0o644);
  await cp(join(root, 'resources/manifests'), join(into, 'opt/slipway/manifests'), { recursive: true });

  const images = join(into, 'opt/slipway/images');
  await mkdir(images, { recursive: true });
  for (const image of await builtInImages(root, architecture)) {
    const name = image.reference.replace(/^.*\//, '').replace(/:.*$/, '');
    await writeOciArchive(image, join(images, `${name}.tar`));
    await writeFile(join(images, `${name}.name`), `${image.reference}\n`);
  }
}
