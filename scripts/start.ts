// npm start: everything a developer needs to see the app, installed and running. Flags: --web (browser instead of a
// window), --yes (install what is missing without asking), --port N (of the web host).
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../src/base/errors.ts';
import { stepPrinter } from '../src/cli/step-printer.ts';
import type { ClusterService } from '../src/ipc/cluster.ts';
import { startWebHost } from '../src/main/web-host.ts';
import { portIsFree } from '../src/provision/free-port.ts';
import { localClusterService } from '../src/provision/local-service.ts';
import { slipwayHome } from '../src/provision/state/home.ts';
import { ensureAppBuilt, ROOT } from './build.ts';
import { ensureNodeImage } from './build-node-image.ts';
import { consoleLog } from './node-image/console-log.ts';
import { ENGINE_PACKAGES, IMAGE_PACKAGES, installDebianPackages } from './setup/debian-packages.ts';
import { openDesktop } from './setup/desktop.ts';
import { ensureEngine } from './setup/docker-engine.ts';

const DEFAULT_CLUSTER = 'dev';
const DEFAULT_PORT = 8620;

const { values: flags } = parseArgs({
  options: { web: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false }, port: { type: 'string' } },
  allowPositionals: true,
});
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

async function prepare(): Promise<void> {
  const missing = await installDebianPackages([...ENGINE_PACKAGES, ...IMAGE_PACKAGES], process.argv);
  const needed = missing.filter(({ file }) => IMAGE_PACKAGES.some((entry) => entry.file === file));
  if (needed.length > 0 && process.platform === 'linux') {
    throw new Error(
      `The node image is built with ${needed.map(({ name }) => name).join(', ')}, which this machine lacks. Install them and run this again.`,
    );
  }
  await ensureEngine(slipwayHome(), process.argv);
  await ensureAppBuilt();
  await ensureNodeImage({ log: consoleLog });
}

/** What a click on Create does, in the terminal. */
async function createDefaultCluster(clusters: ClusterService, signal: AbortSignal): Promise<void> {
  const existing = (await clusters.list()).find(({ name }) => name === DEFAULT_CLUSTER);
  if (existing?.state === 'stopped') {
    console.log(`Starting cluster "${DEFAULT_CLUSTER}":`);
    return clusters.start(DEFAULT_CLUSTER, { onStep: stepPrinter(process.stdout), signal });
  }
  if (existing) {
    console.log(`Cluster "${DEFAULT_CLUSTER}" is ${existing.state}.`);
    return;
  }
  console.log(`Creating cluster "${DEFAULT_CLUSTER}" (1 control plane, 2 workers):`);
  const startedAt = Date.now();
  await clusters.create({ name: DEFAULT_CLUSTER, controlPlanes: 1, workers: 2 }, { onStep: stepPrinter(process.stdout), signal });
  console.log(`Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s. Try: kubectl --context slipway-${DEFAULT_CLUSTER} get nodes`);
}

/** The port asked for, else the usual one, else whichever is free. */
async function chosenPort(): Promise<number> {
  if (flags.port !== undefined) return Number(flags.port);
  return (await portIsFree(DEFAULT_PORT)) ? DEFAULT_PORT : 0;
}

async function serveWeb(signal: AbortSignal): Promise<void> {
  const clusters = await localClusterService();
  const host = await startWebHost({
    clusters,
    port: await chosenPort(),
    signal,
    rendererDir: join(ROOT, 'out/renderer'),
  });
  console.log(`Slipway is at ${host.url}\n(the link works once; Ctrl-C ends Slipway, clusters keep running)`);
  if (!hasDisplay) await createDefaultCluster(clusters, signal).catch((error: unknown) => console.error(describeError(error)));
  await host.closed;
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('Stopped.'))).once('SIGTERM', () => stop.abort(new Error('Stopped.')));
try {
  await prepare();
  if (flags.web || !hasDisplay) await serveWeb(stop.signal);
  else await openDesktop(ROOT, stop.signal);
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(`\n${describeError(error)}`);
    process.exitCode = 1;
  }
}
