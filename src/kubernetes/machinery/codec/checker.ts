import { canonicalQuantity } from '../quantity.ts';
import type { FieldSchema, ObjectSchema, SchemaLookup, TypeSchema } from '../schema/schema.ts';
import { base64Fault } from './base64.ts';
import { parseGoTime, RFC3339, RFC3339_MICRO } from './go-time.ts';
import { goStructOf, goTypeOf, goTypeOfElement, goTypeOfField, goTypeOfName } from './go-type.ts';
import type { JsonNode } from './json-text.ts';

/** What is wrong with a body. */
export interface Faults {
  /** Why it cannot be read at all, as Go's JSON decoder says it. */
  readonly error: string | undefined;
  /** `unknown field "spec.foo"`, `duplicate field "data.a"`, in the order of the body. */
  readonly strict: readonly string[];
}

/** Reads a body as slowly and carefully as needed to say what is wrong with it. */
export function checkJson(node: JsonNode, name: string, lookup: SchemaLookup): Faults {
  const checker = new Checker(lookup);
  try {
    checker.object(node, lookup(name));
  } catch (error) {
    if (!(error instanceof FatalFault)) throw error;
    return { error: error.message, strict: [...checker.strict] };
  }
  return { error: checker.saved, strict: [...checker.strict] };
}

/** More strict faults than these are not listed. */
const MAX_STRICT = 100;

/** Faults of hand-written decoders end the reading at once; others let it go on to the end. */
class FatalFault extends Error {}

class Checker {
  /** The first fault that did not end the reading. */
  saved: string | undefined;
  readonly strict = new Set<string>();
  readonly #lookup: SchemaLookup;
  /** Go's path: JSON names, embedded structs by theirs, no indexes and no map keys. */
  #goPath: readonly string[] = [];
  #struct: string | undefined;
  /** The path in unknown and duplicate fields: indexes and map keys too. Undefined where nothing is strict. */
  #strictPath: string | undefined = '';

  constructor(lookup: SchemaLookup) {
    this.#lookup = lookup;
  }

  object(node: JsonNode, schema: ObjectSchema): void {
    if (schema.either) {
      this.#either(node, schema);
      return;
    }
    if (node.kind !== 'object') {
      this.#mismatch(node, goTypeOfName(schema.name));
      return;
    }
    const fields = new Map(schema.fields.map((field) => [field.name, field]));
    const seen = new Set<string>();
    for (const { name, value } of node.members) {
      const field = fields.get(name);
      if (field && seen.has(name)) this.#addStrict('duplicate', name);
      seen.add(name);
      if (!field) this.#addStrict('unknown', name);
      else this.#within(() => this.#field(value, field, schema), name);
    }
  }

  #field(node: JsonNode, field: FieldSchema, schema: ObjectSchema): void {
    this.#struct = goStructOf(schema.name);
    this.#goPath = [...this.#goPath, ...(field.via ?? []).map(({ name }) => name), field.name];
    this.#value(node, field.type, goTypeOfField(field));
  }

  /** Runs `check` one step deeper and comes back. */
  #within(check: () => void, key: string | number): void {
    const before = { path: this.#goPath, struct: this.#struct, strict: this.#strictPath };
    if (this.#strictPath !== undefined) this.#strictPath = childPath(this.#strictPath, key);
    check();
    this.#goPath = before.path;
    this.#struct = before.struct;
    this.#strictPath = before.strict;
  }

  #value(node: JsonNode, type: TypeSchema, goType: string): void {
    if (node.kind === 'null') return;
    switch (type.kind) {
      case 'ref':
        this.object(node, this.#lookup(type.name));
        break;
      case 'list':
        this.#list(node, type.items, goType);
        break;
      case 'map':
        this.#map(node, type.values, goType);
        break;
      default:
        this.#scalar(node, type.kind, goType);
        break;
    }
  }

  #list(node: JsonNode, items: TypeSchema, goType: string): void {
    if (node.kind !== 'array') {
      this.#mismatch(node, goType);
      return;
    }
    const itemType = goTypeOfElement(goType, items);
    for (const [index, item] of node.items.entries()) this.#within(() => this.#value(item, items, itemType), index);
  }

  #map(node: JsonNode, values: TypeSchema, goType: string): void {
    if (node.kind !== 'object') {
      this.#mismatch(node, goType);
      return;
    }
    const valueType = goTypeOfElement(goType, values);
    const seen = new Set<string>();
    for (const { name, value } of node.members) {
      if (seen.has(name)) this.#addStrict('duplicate', name);
      seen.add(name);
      this.#within(() => this.#value(value, values, valueType), name);
    }
  }

  #scalar(node: JsonNode, kind: string, goType: string): void {
    switch (kind) {
      case 'string':
      case 'boolean':
        if (node.kind !== (kind === 'string' ? 'string' : 'bool')) this.#mismatch(node, goType);
        break;
      case 'int32':
      case 'int64':
        this.#integer(node, kind, goType);
        break;
      case 'double':
        if (node.kind !== 'number') this.#mismatch(node, goType);
        break;
      case 'bytes':
        this.#bytes(node, goType);
        break;
      case 'quantity':
        this.#orFatal(() => canonicalQuantity(quantityText(node)));
        break;
      case 'time':
        this.#time(node, RFC3339);
        break;
      case 'microtime':
        this.#time(node, RFC3339_MICRO);
        break;
      case 'duration':
        this.#stringOrFatal(node);
        break;
      case 'intOrString':
        if (node.kind !== 'string') this.#integer(node, 'int32', 'int32', true);
        break;
    }
  }

  #integer(node: JsonNode, kind: keyof typeof RANGES, goType: string, fatal = false): void {
    if (node.kind === 'number' && fits(node.text, kind)) return;
    const message = this.#mismatchMessage(node.kind === 'number' ? `number ${node.text}` : node.kind, goType);
    if (fatal) throw new FatalFault(message);
    this.saved ??= message;
  }

  #bytes(node: JsonNode, goType: string): void {
    if (node.kind === 'array') {
      for (const item of node.items) this.#integer(item, 'uint8', 'uint8');
      return;
    }
    if (node.kind !== 'string') {
      this.#mismatch(node, goType);
      return;
    }
    const offset = base64Fault(node.value);
    if (offset >= 0) this.saved ??= `illegal base64 data at input byte ${offset}`;
  }

  #time(node: JsonNode, layout: string): void {
    this.#stringOrFatal(node);
    if (node.kind === 'string') this.#orFatal(() => parseGoTime(node.value, layout));
  }

  #stringOrFatal(node: JsonNode): void {
    if (node.kind !== 'string') throw new FatalFault(this.#mismatchMessage(node.kind, 'string'));
  }

  #orFatal(read: () => unknown): void {
    try {
      read();
    } catch (error) {
      throw new FatalFault(error instanceof Error ? error.message : String(error));
    }
  }

  /** Both shapes are read by hand-written decoders, which are not strict and end the reading when they fail. */
  #either(node: JsonNode, schema: ObjectSchema): void {
    const inner = new Checker(this.#lookup);
    inner.#goPath = this.#goPath;
    inner.#struct = this.#struct;
    inner.#strictPath = undefined;
    const field = schema.fields.find(({ name }) => (name === 'schema') === (node.kind === 'object'));
    if (field?.type.kind === 'boolean' && node.kind !== 'bool') throw new FatalFault('boolean or JSON schema expected');
    if (field && (node.kind === 'object' || node.kind === 'array')) inner.#value(node, field.type, goTypeOf(field.type));
    if (inner.saved !== undefined) throw new FatalFault(inner.saved);
  }

  #mismatch(node: JsonNode, goType: string): void {
    this.saved ??= this.#mismatchMessage(node.kind, goType);
  }

  #mismatchMessage(what: string, goType: string): string {
    const where =
      this.#struct === undefined ? `value of type ${goType}` : `struct field ${this.#struct}.${this.#goPath.join('.')} of type ${goType}`;
    return `json: cannot unmarshal ${what} into Go ${where}`;
  }

  #addStrict(what: 'unknown' | 'duplicate', name: string): void {
    if (this.#strictPath !== undefined && this.strict.size < MAX_STRICT)
      this.strict.add(`${what} field "${childPath(this.#strictPath, name)}"`);
  }
}

function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path ? `${path}.${key}` : key;
}

function quantityText(node: JsonNode): string {
  if (node.kind === 'string') return node.value.trim();
  return node.kind === 'number' ? node.text : node.kind;
}

const RANGES = { uint8: [0n, 255n], int32: [-(2n ** 31n), 2n ** 31n - 1n], int64: [-(2n ** 63n), 2n ** 63n - 1n] } as const;

function fits(text: string, kind: keyof typeof RANGES): boolean {
  if (!/^-?\d+$/.test(text)) return false;
  const value = BigInt(text);
  return value >= RANGES[kind][0] && value <= RANGES[kind][1];
}
