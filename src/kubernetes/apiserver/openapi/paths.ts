import type { Operation } from './operations.ts';
import type { Parameter } from './parameters.ts';

export function uniqueVersions(resources: readonly { group: string; version: string }[]): { group: string; version: string }[] {
  return [...new Map(resources.map(({ group, version }) => [`${group}/${version}`, { group, version }])).values()];
}

/** Operations by path, paths sorted. */
export function byPath(operations: readonly Operation[]): [string, Operation[]][] {
  const paths = Map.groupBy(operations, ({ path }) => path);
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Parameters that every operation of a path takes. */
export function sharedParameters(operations: readonly Operation[]): Parameter[] {
  const [first, ...others] = operations;
  return (first?.parameters ?? []).filter((parameter) =>
    others.every(({ parameters }) => parameters.some((other) => sameParameter(other, parameter))),
  );
}

/** Two of one name differ when another type describes them. */
export function sameParameter(a: Parameter, b: Parameter): boolean {
  return a.name === b.name && a.in === b.in && a.describedBy?.[0] === b.describedBy?.[0];
}
