import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebianPackages } from '../../scripts/setup/debian-archive.ts';
import { succeed } from './process.ts';

export const BUSYBOX = 'slipway-test/busybox:1';

/** Not the static busybox: its C library crashes when it resolves a name. */
const PACKAGES = ['busybox', 'libc6'];

/** Puts an image with Debian's busybox into the local Docker Engine; there is no registry to pull one from. */
export async function ensureBusyboxImage(): Promise<void> {
  const found = await succeed('docker', ['images', '-q', BUSYBOX]);
  if (found.trim()) return;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-busybox-'));
  try {
    await unpackDebianPackages(PACKAGES, ['trixie'], join(folder, 'packages'));
    const script = `
      root=${folder}/root; from=${folder}/packages
      mkdir -p $root/bin $root/tmp $root/etc $root/www $root/root $root/lib $root/lib64 && chmod 1777 $root/tmp
      cp $from/usr/bin/busybox $root/bin/
      cp -L $from/usr/lib/*-linux-gnu/libc.so.6 $from/usr/lib/*-linux-gnu/libresolv.so.2 $root/lib/
      cp -L $from/usr/lib/*-linux-gnu/ld-linux-*.so.* $root/lib64/
      for applet in $(chroot $root /bin/busybox --list); do [ $applet = busybox ] || ln -s busybox $root/bin/$applet; done
      echo 'hosts: files dns' > $root/etc/nsswitch.conf
      echo 'root:x:0:0:root:/root:/bin/sh' > $root/etc/passwd; echo 'root:x:0:' > $root/etc/group
      tar -C $root -c . | docker import --change 'ENV PATH=/bin' --change 'CMD ["sh"]' - ${BUSYBOX}`;
    await succeed('sh', ['-ec', script]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
