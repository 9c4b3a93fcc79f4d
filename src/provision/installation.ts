import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NodeImage } from './provider.ts';

export interface InstalledFiles {
  /** Asked for when a cluster is created: in a checkout the answer takes reading all sources. */
  image(): Promise<NodeImage>;
  /** Folder of the add-ons' YAML files. */
  manifests: string;
}

/** What `npm run image` and packaging write beside the archive. */
interface ImageFacts {
  tag: string;
  /** File name of the archive in the same folder. */
  archive: string;
}

/** `resources` folder of a packaged app (SLIPWAY_RESOURCES, or Electron's own), where there is one. */
function packagedResources(env: NodeJS.ProcessEnv): string | undefined {
  const { resourcesPath } = process as NodeJS.Process & { resourcesPath?: string };
  return [env.SLIPWAY_RESOURCES, resourcesPath].find((folder) => folder && existsSync(join(folder, 'node-image', 'image.json')));
}

/** The checkout this file runs from: the nearest folder above with our package.json. */
function checkout(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'scripts', 'build-node-image.ts'))) return folder;
  }
  throw new Error('This installation of Slipway has no node image. Install it again.');
}

/** Where this installation keeps the node image and the add-ons: inside the packaged app, or built by the checkout. */
export async function installedFiles(env: NodeJS.ProcessEnv = process.env): Promise<InstalledFiles> {
  const resources = packagedResources(env);
  if (resources) {
    const folder = join(resources, 'node-image');
    const facts = JSON.parse(await readFile(join(folder, 'image.json'), 'utf8')) as ImageFacts;
    const image: NodeImage = { tag: facts.tag, archive: async () => join(folder, facts.archive) };
    return { image: async () => image, manifests: join(resources, 'manifests') };
  }
  const root = checkout();
  return { image: () => checkoutImage(root), manifests: join(root, 'resources', 'manifests') };
}

async function checkoutImage(root: string): Promise<NodeImage> {
  const { tag } = await builtImage(root, ['--tag-only'], AbortSignal.timeout(60_000), () => {});
  return { tag, archive: async ({ signal, onProgress }) => (await builtImage(root, [], signal, onProgress)).archive };
}

/** The line of a crashed script's output that says what was wrong: not the stack, not Node's version. */
function faultIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(\w*Error|E): /.test(line)) ?? lines.filter(Boolean).at(-1) ?? 'it printed nothing';
}

/** Runs the checkout's image build, which prints its facts as its last line. */
function builtImage(root: string, args: string[], signal: AbortSignal, onProgress: (text: string) => void): Promise<ImageFacts> {
  return new Promise((resolve, reject) => {
    // Not process.execPath: that may be Electron, whose Node does not run TypeScript.
    const child = spawn(join(root, 'node_modules', '.bin', 'node'), [join(root, 'scripts', 'node-image', 'print-image.ts'), ...args], {
      cwd: root,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let faults = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      faults = (faults + chunk).slice(-4000);
      onProgress(String(chunk).trim().split('\n').at(-1) ?? '');
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as ImageFacts);
      else reject(new Error(`Building the node image failed: ${faultIn(faults)}`));
    });
  });
}
