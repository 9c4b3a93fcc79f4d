import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './process.ts';

export const BUSYBOX = 'slipway-test/busybox:1';

/** Puts an image with Debian's static busybox into the local Docker Engine; there is no registry to pull one from. */
export async function ensureBusyboxImage(): Promise<void> {
  const found = await succeed('docker', ['images', '-q', BUSYBOX]);
  if (found.trim()) return;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-busybox-'));
  try {
    const root = join(folder, 'root');
    const script = `
      mkdir -p ${root}/bin ${root}/tmp ${root}/etc ${root}/www ${root}/root && chmod 1777 ${root}/tmp
      cp /bin/busybox ${root}/bin/busybox
      for applet in $(/bin/busybox --list); do [ $applet = busybox ] || ln -s busybox ${root}/bin/$applet; done
      echo 'root:x:0:0:root:/root:/bin/sh' > ${root}/etc/passwd; echo 'root:x:0:' > ${root}/etc/group
      tar -C ${root} -c . | docker import --change 'ENV PATH=/bin' --change 'CMD ["sh"]' - ${BUSYBOX}`;
    await succeed('sh', ['-ec', script]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
