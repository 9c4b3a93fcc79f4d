import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's and npm's names of one CPU architecture. */
export interface Architecture {
  debian: 'amd64' | 'arm64';
  npm: 'x64' | 'arm64';
}

/** What nodes run: the machine's own architecture unless SLIPWAY_NODE_ARCH asks for the other. */
export function nodeArchitecture(): Architecture {
  const wanted = process.env.SLIPWAY_NODE_ARCH ?? process.arch;
  if (wanted === 'x64' || wanted === 'amd64') return { debian: 'amd64', npm: 'x64' };
  if (wanted === 'arm64') return { debian: 'arm64', npm: 'arm64' };
  throw new Error(`Node images exist for x64 and arm64, not for ${wanted}.`);
}

/** The Node for Linux that npm installed, and its version. */
export function linuxNode(root: string, { npm }: Architecture): { binary: string; version: string } {
  const folder = join(root, 'node_modules', `node-linux-${npm}`);
  const binary = join(folder, 'bin', 'node');
  if (!existsSync(binary)) {
    throw new Error(`The npm package node-linux-${npm} is not installed. Run: npm install --no-save --force node-linux-${npm}`);
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { binary, version };
}
