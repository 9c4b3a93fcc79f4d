import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Header, pack } from 'tar-stream';

/** An entry of an image's only layer. */
export type LayerEntry = Pick<Header, 'name' | 'mode'> & Partial<Pick<Header, 'type' | 'linkname'>> & { content?: Buffer | string };

export interface OciImage {
  /** The full reference, `slipway.local/pause:1`. */
  reference: string;
  /** As in GOARCH: `amd64`, `arm64`. */
  architecture: string;
  config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[]; User?: string; WorkingDir?: string };
  entries: readonly LayerEntry[];
}

interface Blob {
  digest: string;
  size: number;
  content: Buffer;
}

const blobOf = (content: Buffer): Blob => ({
  digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
  size: content.length,
  content,
});
const jsonBlob = (value: unknown): Blob => blobOf(Buffer.from(JSON.stringify(value)));
const descriptor = ({ digest, size }: Blob, mediaType: string) => ({ mediaType, digest, size });

/** A tar of `entries`, the same bytes every time: no times, no owners. */
async function tarOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const archive = pack();
  const bytes = buffer(archive);
  for (const { content, ...header } of entries) {
    archive.entry({ uid: 0, gid: 0, mtime: new Date(0), ...header }, content ?? '');
  }
  archive.finalize();
  return bytes;
}

/** Writes an image as an OCI layout archive, which `ctr images import` understands; no engine is needed. */
export async function writeOciArchive(image: OciImage, file: string): Promise<void> {
  const layer = blobOf(await tarOf(image.entries));
  const platform = { os: 'linux', architecture: image.architecture };
  const config = jsonBlob({
    ...platform,
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ...image.config },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'slipway' }],
  });
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
    layers: [descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')],
  });
  const annotations = {
    'io.containerd.image.name': image.reference,
    'org.opencontainers.image.ref.name': image.reference.slice(image.reference.lastIndexOf(':') + 1),
  };
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...descriptor(manifest, 'application/vnd.oci.image.manifest.v1+json'), platform, annotations }],
  };
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  archive.entry({ name: 'oci-layout', mtime: new Date(0) }, '{"imageLayoutVersion":"1.0.0"}');
  archive.entry({ name: 'index.json', mtime: new Date(0) }, JSON.stringify(index));
  for (const { digest, content } of [layer, config, manifest]) {
    archive.entry({ name: `blobs/${digest.replace(':', '/')}`, mtime: new Date(0) }, content);
  }
  archive.finalize();
  await written;
}
