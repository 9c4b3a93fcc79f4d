import { emitFacts, emitFactsIndex, emitKnownVersions } from './emit-facts.ts';
import { emitResources } from './emit-resources.ts';
import { emitTypes } from './emit-types.ts';
import { knownVersions } from './known-versions.ts';
import { objectsOf } from './model.ts';
import { ALL_PACKAGES, SERVED_PACKAGES } from './packages.ts';
import { Universe } from './universe.ts';

/** Every generated file by its path below `src/kubernetes/api`. */
export function outputs(gocode: string): Map<string, string> {
  const universe = new Universe(gocode, ALL_PACKAGES);
  const files = new Map<string, string>();
  for (const source of ALL_PACKAGES) {
    const objects = objectsOf(universe, source);
    files.set(`generated/${source.module}.ts`, emitTypes(universe, source, objects));
    files.set(`generated/facts/${source.module}.ts`, emitFacts(universe, source, objects));
  }
  files.set('generated/facts/index.ts', emitFactsIndex(ALL_PACKAGES));
  files.set('generated/known-versions.ts', emitKnownVersions(knownVersions(gocode)));
  const served = SERVED_PACKAGES.map((source) => ({ source, objects: objectsOf(universe, source) }));
  files.set('generated/resources.ts', emitResources(served));
  return files;
}
