import type { FieldSchema, SchemaLookup, TypeSchema } from '../../schema/schema.ts';
import { keyElement, type PathElement, valueElement } from './path-element.ts';

/** How apply sees a value: what belongs together and what can be owned apart. */
export type Atom = ScalarAtom | ListAtom | MapAtom;

export interface ScalarAtom {
  readonly kind: 'scalar';
  readonly type: 'string' | 'numeric' | 'boolean' | 'untyped';
}

export interface ListAtom {
  readonly kind: 'list';
  readonly relation: 'atomic' | 'set' | 'map';
  readonly items: ApplyType;
  readonly keys: readonly string[];
  /** Values of keys that an item leaves out. */
  readonly keyDefaults: Readonly<Record<string, unknown>>;
}

export interface MapAtom {
  readonly kind: 'map';
  readonly atomic: boolean;
  /** Of a struct; undefined for a map. */
  readonly fields?: ReadonlyMap<string, ApplyType>;
  /** Of a map, or of unknown fields where they are allowed. */
  readonly values?: ApplyType;
}

/** A type, resolved only when a value of it is met: types contain themselves. */
export interface ApplyType {
  /** The atom for a value; untyped data is what it looks like. */
  atomOf(value: unknown): Atom;
}

const UNTYPED_SCALAR: ScalarAtom = { kind: 'scalar', type: 'untyped' };

const isList = Array.isArray;
const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !isList(value);

/** Data that is owned whole. */
export const untypedAtomic: ApplyType = {
  atomOf: (value) => (isList(value) ? UNTYPED_LIST : isMap(value) ? { kind: 'map', atomic: true, values: untypedAtomic } : UNTYPED_SCALAR),
};
const UNTYPED_LIST: ListAtom = { kind: 'list', relation: 'atomic', items: untypedAtomic, keys: [], keyDefaults: {} };

/** Data without a schema: maps are owned by key, lists whole. */
export const deduced: ApplyType = {
  atomOf: (value) =>
    isList(value)
      ? UNTYPED_LIST
      : value === null || isMap(value) || value === undefined
        ? { kind: 'map', atomic: false, values: deduced }
        : UNTYPED_SCALAR,
};

/** The same for what must be a map. */
const DEDUCED_MAP: ApplyType = { atomOf: () => ({ kind: 'map', atomic: false, values: deduced }) };

const SCALAR_TYPES: Readonly<Record<string, ScalarAtom['type']>> = {
  string: 'string',
  bytes: 'string',
  int32: 'numeric',
  int64: 'numeric',
  double: 'numeric',
  boolean: 'boolean',
};

/** Makes apply types of schema types, each definition once. */
export class ApplyTypes {
  readonly #lookup: SchemaLookup;
  readonly #structs = new Map<string, ApplyType>();

  constructor(lookup: SchemaLookup) {
    this.#lookup = lookup;
  }

  /** The type of a definition name. */
  struct(name: string, structType?: 'atomic' | 'granular'): ApplyType {
    const id = structType ? `${name}!${structType}` : name;
    const known = this.#structs.get(id);
    if (known) return known;
    let atom: MapAtom | undefined;
    const structAtom = () => (atom ??= this.#structAtom(name, structType));
    // What is either of two shapes has no schema that clients could know.
    const type: ApplyType = { atomOf: (value) => (this.#lookup(name).either ? deduced.atomOf(value) : structAtom()) };
    this.#structs.set(id, type);
    return type;
  }

  #structAtom(name: string, structType: 'atomic' | 'granular' | undefined): MapAtom {
    const schema = this.#lookup(name);
    const fields = new Map(schema.fields.map((field) => [field.name, this.#type(field.type)]));
    return { kind: 'map', atomic: (structType ?? schema.structType) === 'atomic', fields };
  }

  #type(type: TypeSchema): ApplyType {
    switch (type.kind) {
      case 'ref':
        return this.struct(type.name, type.structType);
      case 'map': {
        const atom: MapAtom = { kind: 'map', atomic: type.mapType === 'atomic', values: this.#type(type.values) };
        return { atomOf: () => atom };
      }
      case 'list': {
        let atom: ListAtom | undefined;
        return { atomOf: () => (atom ??= this.#listAtom(type)) };
      }
      case 'raw':
        return untypedAtomic;
      case 'fieldsV1':
        return DEDUCED_MAP;
      case 'json':
        return deduced;
      default: {
        const atom: ScalarAtom = { kind: 'scalar', type: SCALAR_TYPES[type.kind] ?? 'untyped' };
        return { atomOf: () => atom };
      }
    }
  }

  #listAtom(type: TypeSchema & { kind: 'list' }): ListAtom {
    const keys = type.mapKeys ?? [];
    const fields = keys.length > 0 && type.items.kind === 'ref' ? this.#lookup(type.items.name).fields : [];
    return {
      kind: 'list',
      relation: type.listType ?? 'atomic',
      items: this.#type(type.items),
      keys,
      keyDefaults: keyDefaults(fields, keys),
    };
  }
}

/** A key that JSON always holds is by default what Go makes of it when it is left out. */
const ZEROS: Readonly<Record<string, unknown>> = { string: '', int32: 0, int64: 0, double: 0, boolean: false };

function keyDefaults(fields: readonly FieldSchema[], keys: readonly string[]): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  for (const { name, default: value, type, omitEmpty, pointer } of fields) {
    if (!keys.includes(name)) continue;
    const usual = value ?? (omitEmpty || pointer ? undefined : ZEROS[type.kind]);
    if (usual !== undefined) defaults[name] = usual;
  }
  return defaults;
}

/** Why a value cannot be what its schema says; paths are written as `.spec.ports[0]`. */
export class TypedError extends Error {
  override readonly name = 'TypedError';
}

/** How an item of a set or keyed list is told from the others. Throws {@link TypedError}. */
export function itemElement(list: ListAtom, item: unknown): PathElement {
  if (list.relation === 'set') {
    if (isMap(item)) throw new TypedError("associative list without keys has an element that's a map type");
    if (isList(item)) throw new TypedError('not supported: associative list with lists as elements');
    return valueElement(item);
  }
  if (item === null || item === undefined) throw new TypedError('associative list with keys may not have a null element');
  if (!isMap(item)) throw new TypedError('associative list with keys may not have non-map elements');
  const keys: Record<string, unknown> = {};
  let count = 0;
  for (const key of list.keys) {
    const value = (item as Record<string, unknown>)[key] ?? list.keyDefaults[key];
    if (value === undefined) continue;
    keys[key] = value;
    count++;
  }
  if (count === 0) {
    const names = list.keys.map((key) => JSON.stringify(key)).join(' ');
    throw new TypedError(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(keys);
}
