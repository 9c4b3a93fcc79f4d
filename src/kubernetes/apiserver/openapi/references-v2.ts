import type { ForeignV2 } from './merge-v2.ts';

export type RefKind = 'definitions' | 'parameters';

/** How references to each begin. */
export const REFERENCE: Readonly<Record<RefKind, string>> = { definitions: '#/definitions/', parameters: '#/parameters/' };

/** The paths of a document that are wanted, with the definitions and parameters that these need. */
export function filtered(
  { paths = {}, definitions = {}, parameters = {} }: ForeignV2,
  wanted: (path: string) => boolean,
): Required<ForeignV2> {
  const kept = Object.fromEntries(Object.entries(paths).filter(([path]) => wanted(path)));
  const all = { definitions, parameters };
  const used = new Set<string>();
  const queue: unknown[] = [kept];
  while (queue.length > 0) {
    for (const reference of referencesIn(queue.pop())) {
      if (used.has(reference)) continue;
      used.add(reference);
      const [, kind, name = ''] = /^#\/(definitions|parameters)\/(.*)$/.exec(reference) ?? [];
      if (kind) queue.push(all[kind as RefKind][name]);
    }
  }
  const usedOf = <T>(kind: RefKind, values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => used.has(`${REFERENCE[kind]}${name}`)));
  return { paths: kept, definitions: usedOf('definitions', definitions), parameters: usedOf('parameters', parameters) };
}

/** A document whose references are renamed, and what they refer to along with them. */
export function renamed(document: Required<ForeignV2>, renames: ReadonlyMap<string, string>): Required<ForeignV2> {
  if (renames.size === 0) return document;
  const { paths, definitions, parameters } = withReferences(document, renames);
  const named = <T>(kind: RefKind, values: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const reference = `${REFERENCE[kind]}${name}`;
        return [(renames.get(reference) ?? reference).slice(REFERENCE[kind].length), value];
      }),
    );
  return { paths, definitions: named('definitions', definitions), parameters: named('parameters', parameters) };
}

function* referencesIn(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner;
    else yield* referencesIn(inner);
  }
}

/** A copy, but for what refers to nothing. */
function withReferences<T>(value: T, renames: ReadonlyMap<string, string>): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withReferences(item, renames)) as T;
  const fields = Object.entries(value).map(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [key, renames.get(inner) ?? inner] : [key, withReferences(inner, renames)],
  );
  return Object.fromEntries(fields) as T;
}
