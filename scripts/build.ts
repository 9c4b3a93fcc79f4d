// npm run build: main, preload and renderer of the app into out/.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentHash } from './node-image/content-hash.ts';
import { run } from './setup/run.ts';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(ROOT, 'out', 'built-from');
const INPUTS = ['src', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.base.json', 'tsconfig.renderer.json'];

/** Builds the app unless it was built from just these sources. */
export async function ensureAppBuilt(): Promise<void> {
  const hash = await contentHash(ROOT, INPUTS, '');
  const built = existsSync(STAMP) ? await readFile(STAMP, 'utf8') : '';
  if (built === hash && existsSync(join(ROOT, 'out/renderer/index.html'))) return;
  console.log('Building the app ...');
  await run(process.execPath, [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: ROOT });
  await mkdir(dirname(STAMP), { recursive: true });
  await writeFile(STAMP, hash);
}

if (import.meta.main) await ensureAppBuilt();
