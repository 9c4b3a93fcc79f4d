import { pack } from 'tar-stream';
import type { MachineFile } from '../provider.ts';

/** A tar of files given by absolute path, with the folders they need, owned by root. */
export async function fileArchive(files: Record<string, MachineFile>): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  archive.on('data', (chunk) => chunks.push(chunk as Buffer));
  const ended = new Promise<void>((resolve, reject) => archive.on('end', resolve).on('error', reject));
  const folders = new Set<string>();
  for (const path of Object.keys(files)) {
    const parts = path.slice(1).split('/').slice(0, -1);
    parts.forEach((_, depth) => {
      folders.add(parts.slice(0, depth + 1).join('/'));
    });
  }
  for (const name of [...folders].sort()) archive.entry({ name, type: 'directory', mode: 0o755 });
  for (const [path, file] of Object.entries(files)) archive.entry({ name: path.slice(1), mode: file.mode }, file.content);
  archive.finalize();
  await ended;
  return Buffer.concat(chunks);
}
