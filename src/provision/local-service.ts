import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterService } from '../ipc/cluster.ts';
import { createClusterService } from './cluster-service.ts';
import { DockerProvider } from './docker/docker-provider.ts';
import { installedFiles } from './installation.ts';
import { userKubeconfigPath } from './kubeconfig/user-kubeconfig.ts';
import { ClusterStore } from './state/cluster-store.ts';
import { slipwayHome } from './state/home.ts';

async function readManifests(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Object.fromEntries(await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)));
}

/** Clusters in this computer's Docker Engine, with this installation's node image and add-ons. */
export async function localClusterService(env: NodeJS.ProcessEnv = process.env): Promise<ClusterService> {
  const files = await installedFiles(env);
  return createClusterService({
    provider: new DockerProvider(),
    store: new ClusterStore(slipwayHome(env)),
    image: files.image,
    addOns: await readManifests(files.manifests),
    kubeconfigPath: userKubeconfigPath(env),
    sealed: env.SLIPWAY_SEALED === '1',
  });
}
