import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../src/base/log.ts';
import { run, works } from '../setup/run.ts';
import { contentHash } from './content-hash.ts';
import { debianMirror } from './debian-mirror.ts';
import { type Architecture, linuxNode } from './platform.ts';

const SUITE = 'forky';
const RESOURCES = 'resources/node-image';
const INPUTS = ['packages.txt', 'busybox-applets.txt', 'prune-rootfs.sh'].map((name) => `${RESOURCES}/${name}`);
/** Fixed, so that the same packages make the same bytes. */
const EPOCH = '1767225600';

interface BuildOptions {
  root: string;
  cache: string;
  architecture: Architecture;
  log: Log;
  signal?: AbortSignal | undefined;
}

/** The root file system without our own programs: Debian packages and Node. Built once per set of inputs. */
export async function ensureBaseLayer(options: BuildOptions): Promise<string> {
  const { root, cache, architecture, log } = options;
  const { version } = linuxNode(root, architecture);
  const hash = await contentHash(root, INPUTS, `${SUITE} ${architecture.debian} node ${version}`);
  const tar = join(cache, `base-${hash}.tar`);
  if (existsSync(tar)) return tar;
  if (!works('mmdebstrap', '--version')) throw new Error('The node image is built with mmdebstrap, which is not installed.');
  log.info({ suite: SUITE, architecture: architecture.debian }, 'unpacking Debian packages for the node image');
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-base-'));
  try {
    await mmdebstrap(options, scratch);
    // The cache may be on another file system than the scratch folder.
    await copyFile(join(scratch, 'base.tar'), `${tar}.part`);
    await rename(`${tar}.part`, tar);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return tar;
}

async function mmdebstrap({ root, architecture, signal }: BuildOptions, scratch: string): Promise<void> {
  const resources = join(root, RESOURCES);
  const packages = (await readFile(join(resources, 'packages.txt'), 'utf8')).split('\n').filter((line) => line && !line.startsWith('#'));
  const node = await strippedNode(linuxNode(root, architecture).binary, join(scratch, 'node'));
  const mirror = await debianMirror();
  await run(
    'mmdebstrap',
    [
      '--variant=extract',
      '--mode=root',
      `--architectures=${architecture.debian}`,
      `--include=${packages.join(',')}`,
      '--aptopt=APT::Install-Recommends "false"',
      '--aptopt=Acquire::Languages "none"',
      // The index of a frozen mirror is past its date; signatures are checked all the same.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      `--extract-hook=sh '${join(resources, 'prune-rootfs.sh')}' "$1" '${resources}' '${node}'`,
      SUITE,
      join(scratch, 'base.tar'),
      ...(mirror ? [mirror] : []),
    ],
    { env: { ...process.env, SOURCE_DATE_EPOCH: EPOCH }, ...(signal ? { signal } : {}) },
  );
}

/** Node without its symbol table, 18 MB less; as it is where binutils cannot read the architecture. */
async function strippedNode(binary: string, to: string): Promise<string> {
  try {
    await run('strip', ['-o', to, binary]);
    return to;
  } catch {
    return binary;
  }
}
