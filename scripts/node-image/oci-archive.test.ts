import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OciImage, writeOciArchive } from './oci-archive.ts';

const image: OciImage = {
  reference: 'slipway.local/pause:1',
  architecture: 'amd64',
  config: { Entrypoint: ['/pause'] },
  entries: [{ name: 'pause', mode: 0o755, content: 'program' }],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-oci-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function filesOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const unpack = extract();
  unpack.end(archive);
  for await (const entry of unpack) files.set(entry.header.name, await buffer(entry));
  return files;
}

test('index, manifest, configuration and layer name each other by digest', async () => {
  await writeOciArchive(image, join(folder, 'a.tar'));
  const files = await filesOf(await readFile(join(folder, 'a.tar')));
  const blob = ({ digest }: { digest: string }) => files.get(`blobs/${digest.replace(':', '/')}`) ?? Buffer.alloc(0);
  const index = JSON.parse(String(files.get('index.json')));
  expect(index.manifests[0].annotations['io.containerd.image.name']).toBe('slipway.local/pause:1');
  const manifest = JSON.parse(String(blob(index.manifests[0])));
  const config = JSON.parse(String(blob(manifest.config)));
  const layer = blob(manifest.layers[0]);
  expect(config.rootfs.diff_ids).toEqual([`sha256:${createHash('sha256').update(layer).digest('hex')}`]);
  expect((await filesOf(layer)).get('pause')?.toString()).toBe('program');
});

test('the same image is the same bytes', async () => {
  await writeOciArchive(image, join(folder, 'a.tar'));
  await writeOciArchive(image, join(folder, 'b.tar'));
  expect((await readFile(join(folder, 'a.tar'))).equals(await readFile(join(folder, 'b.tar')))).toBe(true);
});
