import type { Declared, Universe } from './universe.ts';

/** The values of an enumeration, sorted, each once. */
export function constantNames(universe: Universe, declared: Declared): string[] {
  return [...new Set(universe.constantsOf(declared).map(({ value }) => value))].sort();
}
