import { randomBytes } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUSYBOX } from './busybox-image.ts';
import { ensureNodeImage, NODE } from './node-image.ts';
import { succeed } from './process.ts';
import { CLI, uniqueName } from './test-cluster.ts';

/** Where the files of one run find the cluster they share; made by the run's setup. */
const FOLDER = 'SLIPWAY_CONFORMANCE_FOLDER';
/** A cluster that is there already: its kubeconfig, and an image with a shell it can run; {@link nodeImage} with Node. */
const GIVEN = process.env.SLIPWAY_CONFORMANCE_KUBECONFIG;
export const IMAGE = process.env.SLIPWAY_CONFORMANCE_IMAGE ?? BUSYBOX;

const environmentIn = (folder: string) => ({
  SLIPWAY_HOME: join(folder, 'home'),
  KUBECONFIG: join(folder, 'kubeconfig'),
  SLIPWAY_SEALED: '1',
});

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Creates the cluster when the first file asks for one; files of a run start one after the other. */
async function createIn(folder: string): Promise<string> {
  const env = environmentIn(folder);
  const made = join(folder, 'cluster');
  if (await exists(made)) return env.KUBECONFIG;
  const name = uniqueName('conf');
  await writeFile(made, name);
  await succeed(process.execPath, [CLI, 'cluster', 'create', name, '--workers', '2'], { env });
  await succeed(process.execPath, [CLI, 'image', 'load', IMAGE, '--name', name], { env });
  return env.KUBECONFIG;
}

/** The kubeconfig of the cluster under test: the one given, else one made for this run. */
export function conformanceKubeconfig(): Promise<string> {
  made ??= GIVEN ? Promise.resolve(GIVEN) : createIn(sharedFolder());
  return made;
}

let made: Promise<string> | undefined;

/** An image with Node in the cluster under test: the one given, else one loaded by the first file that asks for it. */
export async function nodeImage(): Promise<string> {
  await conformanceKubeconfig();
  if (GIVEN) return process.env.SLIPWAY_CONFORMANCE_NODE_IMAGE ?? NODE;
  const folder = sharedFolder();
  const loaded = join(folder, 'node-image');
  if (await exists(loaded)) return NODE;
  await ensureNodeImage();
  const name = await readFile(join(folder, 'cluster'), 'utf8');
  await succeed(process.execPath, [CLI, 'image', 'load', NODE, '--name', name], { env: environmentIn(folder) });
  await writeFile(loaded, NODE);
  return NODE;
}

function sharedFolder(): string {
  const folder = process.env[FOLDER];
  if (!folder) throw new Error('no cluster to test: run with vitest.e2e.config.ts, or set SLIPWAY_CONFORMANCE_KUBECONFIG');
  return folder;
}

/** Before the first file: a place for the shared cluster. The function returned removes whatever was made in it. */
export async function prepareConformanceCluster(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-conformance-'));
  process.env[FOLDER] = folder;
  return async () => {
    const name = await readFile(join(folder, 'cluster'), 'utf8').catch(() => undefined);
    if (name) await succeed(process.execPath, [CLI, 'cluster', 'delete', name], { env: environmentIn(folder) });
    await rm(folder, { recursive: true, force: true });
  };
}

export const uniqueSuffix = () => randomBytes(3).toString('hex');
