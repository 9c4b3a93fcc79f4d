import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emitFacts, emitFactsIndex, emitKnownVersions } from './emit-facts.ts';
import { emitResources } from './emit-resources.ts';
import { emitTypes } from './emit-types.ts';
import { fetchSources } from './fetch.ts';
import { knownVersions } from './known-versions.ts';
import { objectsOf } from './model.ts';
import { ALL_PACKAGES, SERVED_PACKAGES } from './packages.ts';
import { Universe } from './universe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const api = join(root, 'src/kubernetes/api');
const generated = join(api, 'generated');

const gocode = fetchSources(join(root, '.cache/k8s-src'));
const universe = new Universe(gocode, ALL_PACKAGES);
mkdirSync(join(generated, 'facts'), { recursive: true });
for (const source of ALL_PACKAGES) {
  const objects = objectsOf(universe, source);
  writeFileSync(join(generated, `${source.module}.ts`), emitTypes(universe, source, objects));
  writeFileSync(join(generated, 'facts', `${source.module}.ts`), emitFacts(universe, source, objects));
}
writeFileSync(join(generated, 'facts/index.ts'), emitFactsIndex(ALL_PACKAGES));
writeFileSync(join(generated, 'known-versions.ts'), emitKnownVersions(knownVersions(gocode)));
const served = SERVED_PACKAGES.map((source) => ({ source, objects: objectsOf(universe, source) }));
writeFileSync(join(api, 'resources.ts'), emitResources(served));
