import type { SchemaLookup } from '../schema/schema.ts';
import { checkJson } from './checker.ts';
import { JsonSyntaxError, parseJsonText, plainValue } from './json-text.ts';
import { parseJson } from './json-value.ts';
import { ReaderCompiler, type Reading } from './reader.ts';

/** A body that cannot be read as what it should be; the message is Go's. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export interface Decoded {
  /** Pruned, in order, quantities and times canonical; empty lists and maps are there still. */
  readonly value: Record<string, unknown>;
  /** Unknown and repeated fields: `unknown field "spec.foo"`. */
  readonly strict: readonly string[];
}

/** Members, and numbers that JSON.parse would not give back as written. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d+[.eE][\d.eE+-]*|-?\d{16,}/gs;

/** Reads and writes JSON of built-in types. */
export class JsonCodec {
  readonly #lookup: SchemaLookup;
  readonly #readers: ReaderCompiler;
  readonly #written: ReaderCompiler;
  readonly #stored: ReaderCompiler;

  constructor(lookup: SchemaLookup) {
    this.#lookup = lookup;
    this.#readers = new ReaderCompiler(lookup, 'read');
    this.#written = new ReaderCompiler(lookup, 'written');
    this.#stored = new ReaderCompiler(lookup, 'stored');
  }

  /** Reads `text` as the type of that definition name; throws {@link DecodeError}. `parsed` saves parsing it again. */
  decode(name: string, text: string, parsed?: unknown): Decoded {
    return this.#quick(name, text, parsed) ?? this.#careful(name, text);
  }

  /** The object as it is written in an answer: without the empty lists and maps that JSON leaves out. */
  written<T extends object>(name: string, object: T): T {
    return this.#copy(this.#written, name, object);
  }

  /** The object as it comes back from storage: empty lists are no lists. */
  canonical<T extends object>(name: string, object: T): T {
    return this.#copy(this.#stored, name, object);
  }

  #copy<T extends object>(readers: ReaderCompiler, name: string, object: T): T {
    try {
      return readers.object(name)(object, newReading()) as T;
    } catch (cause) {
      const { error } = checkJson(parseJsonText(JSON.stringify(object)), name, this.#lookup);
      throw new Error(`not a ${name}: ${error ?? 'unreadable'}`, { cause });
    }
  }

  /** Undefined for anything that is not clean. */
  #quick(name: string, text: string, parsed: unknown): Decoded | undefined {
    const reading = newReading();
    try {
      const value = this.#readers.object(name)(parsed ?? parseJson(text), reading);
      if (reading.unknown || !isPlain(text, reading.members)) return undefined;
      return { value: value as Record<string, unknown>, strict: [] };
    } catch {
      return undefined;
    }
  }

  #careful(name: string, text: string): Decoded {
    const node = parseOrThrow(text);
    const { error, strict } = checkJson(node, name, this.#lookup);
    if (error !== undefined) throw new DecodeError(error);
    return { value: this.#readers.object(name)(plainValue(node), newReading()) as Record<string, unknown>, strict };
  }
}

function newReading(): Reading {
  return { members: 0, unknown: false };
}

function parseOrThrow(text: string) {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new DecodeError(error.message);
    throw error;
  }
}

/** True when every member of the text was read and every number is written plainly. */
function isPlain(text: string, members: number): boolean {
  let written = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match[1] !== undefined) written++;
    else if (!match[0].startsWith('"')) return false;
  }
  return written === members;
}
