import { setOwn } from '../patch/merge.ts';
import type { FieldSchema, ObjectSchema, ScalarKind, SchemaLookup, TypeSchema } from '../schema/schema.ts';
import { fail, READERS, STRUCT_SCALARS, ZEROS } from './scalars.ts';

/** What one reading found besides the value. */
export interface Reading {
  /** Members seen, known and unknown: fewer than written means that some were written twice. */
  members: number;
  unknown: boolean;
}

type Read = (value: unknown, reading: Reading) => unknown;

interface FieldReader {
  readonly name: string;
  readonly read: Read;
  /** The value of an absent or null field; undefined leaves it out. */
  readonly absent: (reading: Reading) => unknown;
  /** True for a value that is not written. */
  readonly omits: (value: unknown) => boolean;
}

type Json = Record<string, unknown>;

/**
 * What becomes of empty lists and maps: a Go server that has `read` a body still has them; where it is `written`, those
 * of fields that are left out when empty are gone; when `stored`, as protobuf, there are none at all.
 */
export type Empties = 'read' | 'written' | 'stored';

/**
 * Compiles schemas, each once, into functions that copy a JSON value as a Go server has it: fields in order, unknown
 * ones dropped, null ones dropped or spelled out, quantities and times in canonical form. A value of the wrong type
 * throws {@link Unclean}.
 */
export class ReaderCompiler {
  readonly #lookup: SchemaLookup;
  readonly #empties: Empties;
  readonly #objects = new Map<string, Read>();

  constructor(lookup: SchemaLookup, empties: Empties) {
    this.#lookup = lookup;
    this.#empties = empties;
  }

  /** The reader of a type by definition name. */
  object(name: string): Read {
    const known = this.#objects.get(name);
    if (known) return known;
    let compiled: Read | undefined;
    // Types may contain themselves, so the body is compiled at first use.
    const read: Read = (value, reading) => {
      compiled ??= this.#compile(this.#lookup(name));
      return compiled(value, reading);
    };
    this.#objects.set(name, read);
    return read;
  }

  #compile(schema: ObjectSchema): Read {
    if (schema.either) return this.#either(schema);
    const fields = schema.fields.map((field) => this.#field(field));
    return (value, reading) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) fail();
      return readFields(value as Json, fields, reading);
    };
  }

  #field(field: FieldSchema): FieldReader {
    return { name: field.name, read: this.#type(field.type), absent: this.#absent(field), omits: this.#omits(field) };
  }

  #absent(field: FieldSchema): FieldReader['absent'] {
    const { type } = field;
    const nothing = field.omitEmpty ? undefined : null;
    if (field.pointer || type.kind === 'list' || type.kind === 'map') return () => nothing;
    if (type.kind === 'ref') return this.#zeroObject(field, type.name);
    if (field.omitZero || (field.omitEmpty && !STRUCT_SCALARS.has(type.kind))) return () => undefined;
    const zero = ZEROS[type.kind];
    return () => zero;
  }

  #zeroObject(field: FieldSchema, name: string): FieldReader['absent'] {
    if (field.omitZero) return () => undefined;
    const read = this.object(name);
    return (reading) => read(EMPTY, reading);
  }

  #omits({ type, pointer, omitEmpty, omitZero }: FieldSchema): FieldReader['omits'] {
    if (pointer || (!omitEmpty && !omitZero)) return never;
    if ((type.kind === 'list' || type.kind === 'map') && this.#empties === 'read') return never;
    if (type.kind === 'list') return (value) => (value as unknown[] | null)?.length === 0;
    if (type.kind === 'map') return (value) => isEmptyObject(value);
    if (type.kind === 'ref') return omitZero ? isEmptyObject : never;
    if (STRUCT_SCALARS.has(type.kind)) return omitZero ? (value) => value === null : never;
    return (value) => value === '' || value === 0 || value === false;
  }

  #type(type: TypeSchema): Read {
    switch (type.kind) {
      case 'ref':
        return this.object(type.name);
      case 'list':
        return this.#list(this.#type(type.items), this.#element(type.items));
      case 'map':
        return this.#map(this.#type(type.values), this.#element(type.values));
      case 'raw':
      case 'fieldsV1':
      case 'json':
        return readAny;
      default:
        return READERS[type.kind];
    }
  }

  /** What a null among a list's items or a map's values becomes. */
  #element(type: TypeSchema): (reading: Reading) => unknown {
    if (type.kind === 'ref') {
      const read = this.object(type.name);
      const zero = this.#lookup(type.name).either ? null : undefined;
      return (reading) => (zero === null ? zero : read(EMPTY, reading));
    }
    if (type.kind === 'bytes') return () => '';
    const zero = type.kind === 'list' || type.kind === 'map' ? null : ZEROS[type.kind as ScalarKind];
    return () => zero;
  }

  #list(read: Read, absent: (reading: Reading) => unknown): Read {
    const stored = this.#empties === 'stored';
    return (value, reading) => {
      if (!Array.isArray(value)) fail();
      if (stored && value.length === 0) return null;
      const items = new Array<unknown>(value.length);
      for (let at = 0; at < value.length; at++) items[at] = value[at] === null ? absent(reading) : read(value[at], reading);
      return items;
    };
  }

  #map(read: Read, absent: (reading: Reading) => unknown): Read {
    const empties = this.#empties;
    return (value, reading) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) fail();
      const from = value as Json;
      const entries: Json = {};
      let count = 0;
      for (const key in from) {
        count++;
        const item = from[key] === null ? absent(reading) : read(from[key], reading);
        setOwn(entries, key, item);
      }
      reading.members += count;
      if (count > 0 || empties === 'written') return entries;
      return empties === 'stored' ? null : emptyMap();
    };
  }

  /** JSONSchemaPropsOrBool and its like: an object of the first kind, or the other shape. */
  #either(schema: ObjectSchema): Read {
    const readSchema = this.object(refOf(schema, 'schema'));
    const other = schema.fields.find((field) => field.name !== 'schema');
    if (!other) throw new Error(`${schema.name} has one shape only`);
    const readOther = this.#type(other.type);
    const isOther = other.type.kind === 'boolean' ? (value: unknown) => typeof value === 'boolean' : Array.isArray;
    return (value, reading) => {
      if (isOther(value)) return readOther(value, reading);
      if (typeof value === 'object') return readSchema(value, reading);
      // The decoder by hand of the other two takes anything else for nothing.
      return other.type.kind === 'boolean' ? fail() : null;
    };
  }
}

const EMPTY: Json = Object.freeze({});

/** An empty map has no prototype, which tells it from a struct in which nothing is set. */
const emptyMap = (): Json => Object.create(null) as Json;
const never = () => false;

function isEmptyObject(value: unknown): boolean {
  if (value === null) return true;
  for (const _ in value as Json) return false;
  return true;
}

function refOf(schema: ObjectSchema, name: string): string {
  const field = schema.fields.find((candidate) => candidate.name === name);
  if (field?.type.kind !== 'ref') throw new Error(`${schema.name} has no ${name}`);
  return field.type.name;
}

function readFields(from: Json, fields: readonly FieldReader[], reading: Reading): Json {
  const to: Json = {};
  let present = 0;
  for (const field of fields) {
    const value = from[field.name];
    if (value === undefined) {
      const zero = field.absent(reading);
      if (zero !== undefined) to[field.name] = zero;
      continue;
    }
    present++;
    const copy = value === null ? field.absent(reading) : field.read(value, reading);
    // A list that storage made null is left out where an empty one would be.
    if (copy !== undefined && !field.omits(copy) && !(copy === null && value !== null && field.absent(reading) === undefined))
      to[field.name] = copy;
  }
  const members = countMembers(from, present);
  reading.members += members;
  if (members !== present) reading.unknown = true;
  return to;
}

/** Members with undefined values count as absent: objects that never were JSON may have them. */
function countMembers(from: Json, present: number): number {
  let members = 0;
  for (const key in from) if (from[key] !== undefined) members++;
  return Math.max(members, present);
}

/** Any JSON value, as it is; its members still count. */
function readAny(value: unknown, reading: Reading): unknown {
  if (typeof value === 'object' && value !== null) reading.members += countDeep(value);
  return value;
}

function countDeep(value: object): number {
  let members = 0;
  for (const item of Object.values(value)) {
    if (!Array.isArray(value)) members++;
    if (typeof item === 'object' && item !== null) members += countDeep(item);
  }
  return members;
}
