import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchSources } from './fetch.ts';
import { outputs } from './outputs.ts';

/** `npm run generate`: types, facts and descriptors of the API from upstream's Go sources. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const api = join(root, 'src/kubernetes/api');

const files = outputs(await fetchSources(join(root, '.cache/k8s-src')));
rmSync(join(api, 'generated'), { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(join(api, path)), { recursive: true });
  writeFileSync(join(api, path), text);
}
