import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import type { Log } from '../src/base/log.ts';
import { buildBundle } from './build-bundle.ts';
import { ensureBaseLayer } from './node-image/base-layer.ts';
import { contentHash } from './node-image/content-hash.ts';
import { linuxNode, nodeArchitecture } from './node-image/platform.ts';
import { removeStaleImages, removeStaleTags } from './node-image/stale-images.ts';
import { layOutTopLayer } from './node-image/top-layer.ts';
import { run } from './setup/run.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, '.cache/node-image');
/** What the image is made of; a change in any of these files makes another image. */
const INPUTS = [
  'src/kubernetes',
  'src/base',
  'resources/node-image',
  'resources/manifests',
  'scripts/node-image',
  'scripts/build-bundle.ts',
  'package-lock.json',
];

export interface BuiltImage {
  /** `slipway/node:<hash>`; the hash names the inputs, so equal tags are equal images. */
  tag: string;
  /** The root file system, as `docker import` takes it. */
  tar: string;
}

export interface EnsureOptions {
  log: Log;
  signal?: AbortSignal;
}

/** Name and place of the image for today's sources, built or not. */
export async function wantedNodeImage(): Promise<BuiltImage> {
  const architecture = nodeArchitecture();
  const hash = await contentHash(ROOT, INPUTS, `${architecture.debian} node ${linuxNode(ROOT, architecture).version}`);
  return { tag: `slipway/node:${hash}`, tar: join(CACHE, `${hash}.tar`) };
}

/** The node image for today's sources, built if it is not in the cache. */
export async function ensureNodeImage({ log, signal }: EnsureOptions): Promise<BuiltImage> {
  const architecture = nodeArchitecture();
  const image = await wantedNodeImage();
  if (existsSync(image.tar)) return image;

  log.info({ tag: image.tag }, 'building the node image');
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-image-'));
  try {
    const [base] = await Promise.all([
      ensureBaseLayer({ root: ROOT, cache: CACHE, architecture, log, signal }),
      buildBundle(join(scratch, 'opt/slipway')),
      layOutTopLayer(ROOT, scratch, architecture),
    ]);
    signal?.throwIfAborted();
    await mkdir(CACHE, { recursive: true });
    const part = `${image.tar}.${process.pid}.part`;
    await copyFile(base, part, constants.COPYFILE_FICLONE);
    await appendTo(part, scratch, signal);
    await rename(part, image.tar);
    await removeStaleImages(CACHE, [base, image.tar]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return image;
}

/** Appends the files, not their folders, which the base layer has: Docker refuses an archive that names a path twice. */
async function appendTo(tar: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => `./${relative(folder, join(entry.parentPath, entry.name))}`);
  const plain = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@1767225600'];
  await run('tar', ['--append', `--file=${tar}`, ...plain, '-C', folder, ...files.sort()], signal ? { signal } : {});
}

/** Brings the image of today's sources into a Docker Engine, building it if need be; returns its tag. */
export async function importNodeImage(docker: Docker, options: EnsureOptions): Promise<BuiltImage> {
  const image = await ensureNodeImage(options);
  const present = await docker.listImages({ filters: { reference: [image.tag] } });
  if (present.length > 0) return image;
  const [repo, tag] = image.tag.split(':') as [string, string];
  options.log.info({ tag: image.tag }, 'importing the node image into Docker');
  const progress = await docker.importImage(image.tar, { repo, tag });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
  await removeStaleTags(docker, repo);
  return image;
}

if (import.meta.main) {
  const { default: Engine } = await import('dockerode');
  const { consoleLog } = await import('./node-image/console-log.ts');
  const options = { log: consoleLog };
  const image = process.argv.includes('--import') ? await importNodeImage(new Engine(), options) : await ensureNodeImage(options);
  console.log(`${image.tag} ${image.tar} ${((await stat(image.tar)).size / 1e6).toFixed(1)} MB`);
}
