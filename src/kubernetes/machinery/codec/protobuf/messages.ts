import { setOwn } from '../../patch/merge.ts';
import type { FieldSchema, ListSchema, ObjectSchema, SchemaLookup, TypeSchema } from '../../schema/schema.ts';
import { SCALAR_WIRES } from './scalars.ts';
import { ReverseWriter, WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT, WireError, WireReader } from './wire.ts';

type Json = Record<string, unknown>;

/** One protobuf field of a message. */
interface Part {
  readonly number: number;
  readonly name: string;
  /** The wire type its values have. */
  readonly wire: number;
  write(to: ReverseWriter, from: Json): void;
  read(from: WireReader, to: Json): void;
}

/** Something that can be an item of a list, the value of a map, or a field. */
interface Wire {
  write(to: ReverseWriter, field: number, value: unknown): void;
  /** `before` is what the field held when it was last read, for lists and maps. */
  read(from: WireReader, before: unknown): unknown;
}

interface Message {
  write(to: ReverseWriter, from: Json): void;
  read(from: WireReader): Json;
}

/** Compiles schemas, each once, into functions between JSON and protobuf messages. */
export class MessageCompiler {
  readonly #lookup: SchemaLookup;
  readonly #messages = new Map<string, Message>();

  constructor(lookup: SchemaLookup) {
    this.#lookup = lookup;
  }

  /** The message of an object; what the object lacks is written as Go's zero where protobuf has no way to leave it out. */
  encode(name: string, object: object): Uint8Array {
    const writer = new ReverseWriter();
    this.#message(name).write(writer, object as Json);
    return writer.bytes();
  }

  /** The object of a message, zeros included: run it through `JsonCodec.canonical`. */
  decode(name: string, bytes: Uint8Array): Json {
    return this.#message(name).read(new WireReader(bytes));
  }

  #message(name: string): Message {
    const known = this.#messages.get(name);
    if (known) return known;
    let compiled: Message | undefined;
    // Types may contain themselves, so the parts are compiled at first use.
    const message = () => (compiled ??= this.#compile(this.#lookup(name)));
    const lazy: Message = { write: (to, from) => message().write(to, from), read: (from) => message().read(from) };
    this.#messages.set(name, lazy);
    return lazy;
  }

  #compile(schema: ObjectSchema): Message {
    const message = messageOf(this.#parts(schema.fields, 0));
    return schema.either ? eitherMessage(schema, message) : message;
  }

  /** `depth` embedded structs around these fields are already accounted for. */
  #parts(fields: readonly FieldSchema[], depth: number): Part[] {
    const direct = fields.filter((field) => field.number > 0 && (field.via?.length ?? 0) <= depth).map((field) => this.#field(field));
    const embedded = Map.groupBy(
      fields.filter((field) => (field.via?.length ?? 0) > depth),
      (field) => field.via?.[depth]?.number ?? 0,
    );
    embedded.delete(0);
    const nested = [...embedded].map(([number, inner]) => embeddedPart(number, messageOf(this.#parts(inner, depth + 1))));
    return [...direct, ...nested];
  }

  #field(field: FieldSchema): Part {
    const { name, number, type } = field;
    const wire = this.#wire(type);
    const zero = field.pointer ? undefined : this.#zero(type);
    return {
      number,
      name,
      wire: wireTypeOf(type),
      write(to, from) {
        const value = from[name] ?? zero;
        if (value !== undefined) wire.write(to, number, value);
      },
      read(from, to) {
        to[name] = wire.read(from, to[name]);
      },
    };
  }

  #zero(type: TypeSchema): unknown {
    if (type.kind === 'list' || type.kind === 'map') return undefined;
    return type.kind === 'ref' ? EMPTY : SCALAR_WIRES[type.kind].zero;
  }

  #wire(type: TypeSchema): Wire {
    switch (type.kind) {
      case 'ref':
        return this.#reference(type.name);
      case 'list':
        return type.message ? this.#listMessage(type) : this.#list(type);
      case 'map':
        return this.#map(this.#wire(type.values), type.values);
      default:
        return SCALAR_WIRES[type.kind];
    }
  }

  #reference(name: string): Wire {
    const message = this.#message(name);
    return {
      write: (to, field, value) => to.message(field, () => message.write(to, value as Json)),
      read: (from) => message.read(new WireReader(from.bytes())),
    };
  }

  #list({ items }: ListSchema): Wire {
    const wire = this.#wire(items);
    return {
      write(to, field, value) {
        // Null among the values of a map.
        const list = (value ?? []) as unknown[];
        for (let at = list.length - 1; at >= 0; at--) wire.write(to, field, list[at]);
      },
      read(from, before) {
        const list = (before as unknown[] | undefined) ?? [];
        list.push(wire.read(from, undefined));
        return list;
      },
    };
  }

  /** A message around the list. */
  #listMessage(type: ListSchema): Wire {
    const list = this.#list(type);
    return {
      write: (to, field, value) => to.message(field, () => list.write(to, 1, value)),
      read(from) {
        const reader = new WireReader(from.bytes());
        let items: unknown = [];
        while (!reader.done) {
          const { field, wire } = reader.tag();
          if (field === 1) items = list.read(reader, items);
          else reader.skip(wire);
        }
        return items;
      },
    };
  }

  #map(values: Wire, type: TypeSchema): Wire {
    const zero = this.#zero(type);
    return {
      write(to, field, value) {
        for (const [key, item] of Object.entries(value as Json).sort(byKeyFalling)) {
          to.message(field, () => {
            values.write(to, 2, item);
            to.string(1, key);
          });
        }
      },
      read(from, before) {
        const entries = (before as Json | undefined) ?? {};
        const { key, value } = readEntry(new WireReader(from.bytes()), values);
        setOwn(entries, key, value === undefined ? zero : value);
        return entries;
      },
    };
  }
}

const EMPTY: Json = Object.freeze({});

function readEntry(reader: WireReader, values: Wire): { key: string; value: unknown } {
  let key = '';
  let value: unknown;
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1) key = reader.string();
    else if (field === 2) value = values.read(reader, undefined);
    else reader.skip(wire);
  }
  return { key, value };
}

/** Go sorts by bytes, which for UTF-16 text is the same but for surrogates. */
function byKeyFalling([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? 1 : -1;
}

function messageOf(parts: readonly Part[]): Message {
  const falling = [...parts].sort((a, b) => b.number - a.number);
  const byNumber = new Map(parts.map((part) => [part.number, part]));
  return {
    write(to, from) {
      for (const part of falling) part.write(to, from);
    },
    read(from) {
      const object: Json = {};
      while (!from.done) {
        const { field, wire } = from.tag();
        const part = byNumber.get(field);
        if (part === undefined) from.skip(wire);
        else if (part.wire !== wire) throw wrongWireType(part, wire);
        else part.read(from, object);
      }
      return object;
    },
  };
}

function wrongWireType({ name }: Part, wire: number): WireError {
  return new WireError(`proto: wrong wireType = ${wire} for field ${name.charAt(0).toUpperCase()}${name.slice(1)}`);
}

function wireTypeOf(type: TypeSchema): number {
  switch (type.kind) {
    case 'int32':
    case 'int64':
    case 'boolean':
      return WIRE_VARINT;
    case 'double':
      return WIRE_FIXED64;
    case 'list':
      return type.message ? WIRE_BYTES : wireTypeOf(type.items);
    default:
      return WIRE_BYTES;
  }
}

/** An embedded struct: a message in protobuf, its fields among the others in JSON. */
function embeddedPart(number: number, message: Message): Part {
  return {
    number,
    name: '',
    wire: WIRE_BYTES,
    write: (to, from) => to.message(number, () => message.write(to, from)),
    read: (from, to) => Object.assign(to, message.read(new WireReader(from.bytes()))),
  };
}

/** JSONSchemaPropsOrBool and its like: in protobuf a message with a field for each shape. */
function eitherMessage(schema: ObjectSchema, message: Message): Message {
  const other = schema.fields.find(({ name }) => name !== 'schema');
  if (!other) throw new Error(`${schema.name} has one shape only`);
  const isBoolean = other.type.kind === 'boolean';
  return {
    write(to, from) {
      const value: unknown = from;
      const isSchema = typeof value === 'object' && !Array.isArray(value);
      // A schema is also permission.
      message.write(to, isSchema ? { schema: value, ...(isBoolean && { [other.name]: true }) } : { [other.name]: value });
    },
    read(from) {
      const read = message.read(from);
      return (read.schema ?? read[other.name] ?? (isBoolean ? false : null)) as Json;
    },
  };
}
