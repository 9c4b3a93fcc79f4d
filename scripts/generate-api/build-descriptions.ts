import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDescriptions } from './descriptions.ts';
import { fetchSources } from './fetch.ts';

/** `node scripts/generate-api/build-descriptions.ts FILE`: what the API server is given as its descriptions. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const file = resolve(process.argv[2] ?? join(root, 'out/descriptions.json.gz'));
writeDescriptions(fetchSources(join(root, '.cache/k8s-src')), file);
