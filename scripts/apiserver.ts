// npm run apiserver -- --data-dir D --port P: the API server alone, on loopback.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentHash } from './node-image/content-hash.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, '.cache', 'bundles');
const INPUTS = ['src/kubernetes', 'src/base', 'scripts/build-bundle.ts', 'package-lock.json'];

/** The folder of the components' bundle for today's sources: starts in half the time and memory that sources take. */
async function ensureBundle(): Promise<string> {
  const folder = join(CACHE, await contentHash(ROOT, INPUTS, ''));
  if (existsSync(folder)) return folder;
  const [{ buildBundle }, { stop }] = await Promise.all([import('./build-bundle.ts'), import('esbuild')]);
  const scratch = `${folder}.${process.pid}`;
  await mkdir(scratch, { recursive: true });
  // The entry loads what every component needs from a file of its own.
  await buildBundle(scratch, ['component', 'kube-apiserver']);
  await stop();
  await rename(scratch, folder).catch(async (error: unknown) => {
    // Another server built the same one meanwhile.
    await rm(scratch, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  await removeOthers(folder);
  return folder;
}

/** Bundles of earlier sources; the two newest stay, as servers that run from them may start a thread yet. */
async function removeOthers(current: string): Promise<void> {
  const names = (await readdir(CACHE)).filter((name) => join(CACHE, name) !== current && !name.includes('.'));
  for (const name of names.slice(0, -1)) await rm(join(CACHE, name), { recursive: true, force: true });
}

/** Goes on as the server: this process ends, or where the system cannot replace a process, waits for it. */
async function become(entry: string, args: readonly string[]): Promise<void> {
  const environment = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(CACHE, '.compiled') };
  const command = ['--import', join(ROOT, 'scripts', 'end-with-parent.mjs'), entry, 'kube-apiserver', ...args];
  if (process.platform !== 'win32' && process.execve) {
    process.removeAllListeners('warning');
    process.execve(process.execPath, [process.execPath, ...command], environment);
  }
  const child = spawn(process.execPath, command, { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

const bundle = await ensureBundle();
await become(join(bundle, 'slipway-node.mjs'), process.argv.slice(2));
