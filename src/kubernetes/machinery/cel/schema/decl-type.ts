import type { StructProvider } from '../environment.ts';
import { type CelType, structType } from '../types/type.ts';
import type { CelValue } from '../values/value.ts';
import { isReserved } from './escape.ts';

/** A type that a schema declares: its CEL type, how data becomes a value of it, and how large that may be. */
export interface DeclType {
  readonly type: CelType;
  readonly convert: (data: unknown) => CelValue;
  /** The most characters, elements or entries that the schema, or the size of a request, allows. */
  readonly maxElements: number;
  /** The fewest characters that a value takes in JSON. */
  readonly minSize: number;
  /** Of lists and maps. */
  readonly element?: DeclType;
  /** Of maps. */
  readonly key?: DeclType;
  /** Of objects, by identifier. */
  readonly fields?: ReadonlyMap<string, DeclType>;
}

export interface TypeProviderOptions {
  /** A field whose name is a keyword may also be written as it is: `request.namespace`. */
  readonly keywordsAsFields?: boolean;
}

/** The objects in some types, by their names. */
export function typeProviderOf(roots: readonly DeclType[], { keywordsAsFields = false }: TypeProviderOptions = {}): StructProvider {
  const objects = new Map<string, DeclType>();
  for (const root of roots) collect(root, objects);
  return {
    findType: (name) => (objects.has(name) ? structType(name) : undefined),
    findField(type, field) {
      const fields = objects.get(type)?.fields;
      return (fields?.get(field) ?? (keywordsAsFields && isReserved(field) ? fields?.get(`__${field}__`) : undefined))?.type;
    },
  };
}

function collect(declared: DeclType, objects: Map<string, DeclType>): void {
  if (declared.fields && !objects.has(declared.type.name)) objects.set(declared.type.name, declared);
  for (const field of declared.fields?.values() ?? []) collect(field, objects);
  if (declared.element) collect(declared.element, objects);
}
