import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ensureElectronTestRuntime } from '../electron-test-runtime.ts';
import { run } from './run.ts';

export interface ElectronFolder {
  /** Folder of the unpacked Electron. */
  folder: string;
  version: string;
  /** The Electron we ship; the test runtime is an old one and never shipped. */
  current: boolean;
}

const BINARY = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron';

/** The Electron of our package.json, fetched at first use; undefined where its releases cannot be reached. */
async function currentElectron(root: string): Promise<ElectronFolder | undefined> {
  const home = dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  const folder = join(home, 'dist');
  if (!existsSync(join(folder, BINARY))) {
    console.log('Fetching Electron ...');
    try {
      await run(process.execPath, [join(home, 'install.js')]);
    } catch {
      return undefined;
    }
  }
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  return { folder, version, current: true };
}

/** An Electron to run the app with: the current one, or the test runtime on networks that do not reach it. */
export async function electronFolder(root: string): Promise<ElectronFolder> {
  const current = await currentElectron(root);
  if (current) return current;
  console.log('The current Electron cannot be fetched here; using the test runtime.');
  const folder = await ensureElectronTestRuntime();
  return { folder, version: (await readFile(join(folder, 'version'), 'utf8')).trim(), current: false };
}

/** Opens the app's window and waits until it is closed. */
export async function openDesktop(root: string, signal: AbortSignal): Promise<void> {
  const { folder } = await electronFolder(root);
  // Chromium's sandbox does not work as root; a developer who runs Docker as root has nothing to lose by it.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', root] : [root];
  const child = spawn(join(folder, BINARY), args, { stdio: 'inherit', signal });
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error) => (signal.aborted ? resolve() : reject(error)));
    child.on('exit', () => resolve());
  });
}
