import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linuxNode, nodeArchitecture } from '../../scripts/node-image/platform.ts';
import { unpackDebianPackages } from '../../scripts/setup/debian-archive.ts';
import { succeed } from './process.ts';

export const NODE = 'slipway-test/node:24';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const LIBRARIES = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'libresolv.so.2', 'libstdc++.so.6', 'libgcc_s.so.1'];

/**
 * Puts an image with nothing but Node into the local Docker Engine. What it runs comes with a ConfigMap, so that a change of
 * the servers that tests deploy needs no other image.
 */
export async function ensureNodeImage(): Promise<void> {
  const found = await succeed('docker', ['images', '-q', NODE]);
  if (found.trim()) return;
  const { binary } = linuxNode(ROOT, nodeArchitecture());
  const folder = await mkdtemp(join(tmpdir(), 'slipway-node-'));
  try {
    await unpackDebianPackages(PACKAGES, ['trixie'], join(folder, 'packages'));
    // Without its symbols, where there is a tool that removes them, it is 18 MB less to load into every node.
    const script = `
      root=${folder}/root; from=${folder}/packages
      mkdir -p $root/bin $root/tmp $root/etc $root/lib $root/lib64 && chmod 1777 $root/tmp
      cp ${binary} $root/bin/node && chmod 755 $root/bin/node && { strip $root/bin/node || true; }
      for library in ${LIBRARIES.join(' ')}; do cp -L $from/usr/lib/*-linux-gnu/$library $root/lib/; done
      cp -L $from/usr/lib/*-linux-gnu/ld-linux-*.so.* $root/lib64/
      cp -L $from/usr/lib/*-linux-gnu/ld-linux-*.so.* $root/lib/
      echo 'hosts: files dns' > $root/etc/nsswitch.conf
      echo 'root:x:0:0:root:/:/bin/node' > $root/etc/passwd; echo 'root:x:0:' > $root/etc/group
      tar -C $root -c . | docker import --change 'ENV PATH=/bin' --change 'CMD ["node"]' - ${NODE}`;
    await succeed('sh', ['-ec', script]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
