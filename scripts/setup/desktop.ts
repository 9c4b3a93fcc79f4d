import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** Electron's binary for this machine; its package fetches it at first use. Undefined where it cannot be fetched. */
async function electronBinary(root: string): Promise<string | undefined> {
  const folder = dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron';
  if (override) return join(override, name);
  if (!existsSync(join(folder, 'dist', name))) {
    console.log('Fetching Electron ...');
    try {
      await run(process.execPath, [join(folder, 'install.js')]);
    } catch {
      console.log('Electron could not be fetched here; the app opens in a browser instead.');
      return undefined;
    }
  }
  return join(folder, 'dist', name);
}

/** Opens the app's window and waits until it is closed; false where there is no Electron to open it with. */
export async function openDesktop(root: string, signal: AbortSignal): Promise<boolean> {
  const electron = await electronBinary(root);
  if (!electron) return false;
  // Chromium's sandbox does not work as root; a developer who runs Docker as root has nothing to lose by it.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', root] : [root];
  const child = spawn(electron, args, { stdio: 'inherit', signal });
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error) => (signal.aborted ? resolve() : reject(error)));
    child.on('exit', () => resolve());
  });
  return true;
}
