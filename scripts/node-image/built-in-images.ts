import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerEntry, OciImage } from './oci-archive.ts';
import type { Architecture } from './platform.ts';

const folder = (name: string, mode = 0o755): LayerEntry => ({ name, type: 'directory', mode });
const link = (name: string, linkname: string): LayerEntry => ({ name, type: 'symlink', linkname, mode: 0o777 });
const file = (name: string, content: Buffer | string, mode = 0o644): LayerEntry => ({ name, mode, content });

/** The images every node has from the start; there is no registry they could come from. */
export async function builtInImages(root: string, { debian }: Architecture): Promise<OciImage[]> {
  const pause = await readFile(join(root, 'resources/node-image', `pause-${debian}`));
  return [
    {
      reference: 'slipway.local/pause:1',
      architecture: debian,
      config: { Entrypoint: ['/pause'], User: '65535:65535' },
      entries: [file('pause', pause, 0o755)],
    },
    {
      reference: 'slipway.local/runtime:1',
      architecture: debian,
      config: { Entrypoint: ['/usr/local/bin/slipway-node'], Env: ['PATH=/usr/local/bin:/usr/bin'] },
      entries: runtimeEntries(),
    },
  ];
}

/**
 * Almost nothing: add-on pods mount the node's own /usr and /opt/slipway read-only, so that Node is on the disk once
 * and its pages are in memory once.
 */
function runtimeEntries(): LayerEntry[] {
  return [
    ...['dev', 'etc', 'opt', 'opt/slipway', 'proc', 'run', 'sys', 'usr', 'var', 'var/lib'].map((name) => folder(name)),
    folder('tmp', 0o1777),
    ...['bin', 'lib', 'lib64', 'sbin'].map((name) => link(name, `usr/${name}`)),
    file('etc/passwd', 'root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n'),
    file('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    file('etc/nsswitch.conf', 'hosts: files dns\n'),
  ];
}
