import { existsSync } from 'node:fs';
import { confirm } from './ask.ts';
import { run } from './run.ts';

/** A Debian package and a file that is there once it is installed. */
export interface DebianPackage {
  name: string;
  file: string;
}

/** What running clusters needs, and building the node image. */
export const ENGINE_PACKAGES: DebianPackage[] = [
  { name: 'docker.io', file: '/usr/sbin/dockerd' },
  { name: 'iptables', file: '/usr/sbin/iptables' },
];

export const IMAGE_PACKAGES: DebianPackage[] = [
  { name: 'mmdebstrap', file: '/usr/bin/mmdebstrap' },
  { name: 'zstd', file: '/usr/bin/zstd' },
  { name: 'binutils', file: '/usr/bin/strip' },
];

/** What a test run needs beyond that: browsers, a screen, network tools. */
export const TEST_PACKAGES: DebianPackage[] = [
  { name: 'chromium', file: '/usr/bin/chromium' },
  { name: 'xvfb', file: '/usr/bin/Xvfb' },
  { name: 'libgtk-3-0', file: '/usr/lib/x86_64-linux-gnu/libgtk-3.so.0' },
  { name: 'libnss3', file: '/usr/lib/x86_64-linux-gnu/libnss3.so' },
  { name: 'libgbm1', file: '/usr/lib/x86_64-linux-gnu/libgbm.so.1' },
  { name: 'libasound2', file: '/usr/lib/x86_64-linux-gnu/libasound.so.2' },
  { name: 'nftables', file: '/usr/sbin/nft' },
  { name: 'iproute2', file: '/usr/sbin/ip' },
  { name: 'conntrack', file: '/usr/sbin/conntrack' },
  { name: 'unzip', file: '/usr/bin/unzip' },
];

const canInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/**
 * Installs the missing ones of `packages` as root on Debian or Ubuntu, asking first. Returns what is missing
 * afterwards: elsewhere, and after a "no", that is everything that was missing.
 */
export async function installDebianPackages(packages: readonly DebianPackage[], args: readonly string[]): Promise<DebianPackage[]> {
  const missing = packages.filter((entry) => !existsSync(entry.file));
  if (missing.length === 0 || !canInstall()) return missing;
  const names = missing.map((entry) => entry.name);
  if (!(await confirm(`Install the Debian packages ${names.join(', ')}?`, args))) return missing;
  console.log(`Installing Debian packages: ${names.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env });
  return packages.filter((entry) => !existsSync(entry.file));
}
