import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDescriptions } from './descriptions.ts';
import { fetchSources } from './fetch.ts';

/** The texts of `kubectl explain`, gzipped, made once from the Debian packages; returns the file. */
export async function ensureDescriptions(root: string): Promise<string> {
  const file = join(root, '.cache/openapi-descriptions.json.gz');
  if (!existsSync(file)) writeDescriptions(await fetchSources(join(root, '.cache/k8s-src')), file);
  return file;
}

// `node scripts/generate-api/build-descriptions.ts FILE`: what the API server is given as its descriptions.
if (import.meta.main) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const file = resolve(process.argv[2] ?? join(root, 'out/descriptions.json.gz'));
  writeDescriptions(await fetchSources(join(root, '.cache/k8s-src')), file);
}
