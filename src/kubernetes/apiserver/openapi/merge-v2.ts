import { sameJson } from '../../machinery/patch/same-json.ts';
import type { OpenApiSchema } from './definitions.ts';
import { filtered, REFERENCE, type RefKind, renamed } from './references-v2.ts';
import type { OpenApiV2 } from './v2.ts';

/** What another server's document of `/openapi/v2` may have. */
export interface ForeignV2 {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly definitions?: Readonly<Record<string, OpenApiSchema>>;
  readonly parameters?: Readonly<Record<string, OpenApiSchema>>;
}

const KINDS = 'x-kubernetes-group-version-kind';

/**
 * A document with the paths of another that it does not have, and what those refer to. Where both call different things by
 * one name, the other's is renamed: `Thing` becomes `Thing_v2`.
 */
export function mergeV2(document: OpenApiV2, other: ForeignV2): OpenApiV2 {
  const needed = filtered(other, (path) => !Object.hasOwn(document.paths, path));
  if (Object.keys(needed.paths).length === 0) return document;
  const renames = new Map([...renamesOf('definitions', document, needed), ...renamesOf('parameters', document, needed)]);
  const { paths, definitions, parameters } = renamed(needed, renames);
  return {
    ...document,
    paths: sorted({ ...document.paths, ...paths }),
    definitions: sorted(union(document.definitions, definitions)),
    parameters: sorted({ ...document.parameters, ...parameters }),
  };
}

/** New references by old ones, of what `needed` has another of under the same name. */
function renamesOf(kind: RefKind, document: OpenApiV2, needed: Required<ForeignV2>): [string, string][] {
  const [present, added] = [document[kind], needed[kind]];
  const taken = new Set([...Object.keys(present), ...Object.keys(added)]);
  const renames: [string, string][] = [];
  for (const [name, value] of Object.entries(added)) {
    if (!Object.hasOwn(present, name) || sameThing(present[name], value)) continue;
    const next = freeName(name, value, present, taken);
    taken.add(next);
    renames.push([`${REFERENCE[kind]}${name}`, `${REFERENCE[kind]}${next}`]);
  }
  return renames;
}

/** The name under which the same thing came in earlier, or the first that nobody has. */
function freeName(name: string, value: OpenApiSchema, present: OpenApiV2['definitions'], taken: ReadonlySet<string>): string {
  for (let i = 2; ; i++) {
    const next = `${name}_v${i}`;
    if (!taken.has(next) || (Object.hasOwn(present, next) && sameThing(present[next], value))) return next;
  }
}

/** Of which kinds a definition is does not make it another: servers register their groups for shared types. */
function sameThing(a: OpenApiSchema | undefined, b: OpenApiSchema): boolean {
  return sameJson({ ...a, [KINDS]: undefined }, { ...b, [KINDS]: undefined });
}

function union(present: OpenApiV2['definitions'], added: OpenApiV2['definitions']): OpenApiV2['definitions'] {
  const all: Record<string, OpenApiSchema> = { ...present };
  for (const [name, value] of Object.entries(added)) all[name] = present[name] ? withKindsOf(present[name], value) : value;
  return all;
}

function withKindsOf(present: OpenApiSchema, added: OpenApiSchema): OpenApiSchema {
  const [own, more] = [kindsIn(present), kindsIn(added)];
  const missing = more.filter((kind) => !own.some((known) => sameJson(known, kind)));
  return missing.length === 0 ? present : { ...present, [KINDS]: [...own, ...missing] };
}

function kindsIn(definition: OpenApiSchema): unknown[] {
  const kinds = definition[KINDS];
  return Array.isArray(kinds) ? kinds : [];
}

function sorted<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
