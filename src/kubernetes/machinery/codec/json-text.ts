import { numberOf } from './json-value.ts';

/**
 * JSON read with nothing lost: members in the order and as often as written, numbers as their text. Slower than
 * JSON.parse, so only for bodies that turned out to be unclean, and worded like Go's parser when they are broken.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' };

export interface JsonMember {
  readonly name: string;
  readonly value: JsonNode;
}

/** Why a text is not JSON, in Go's words. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

export function parseJsonText(text: string): JsonNode {
  try {
    return new JsonTextReader(text).document();
  } catch (error) {
    // The stack may end before the depth that Go allows is reached.
    if (error instanceof RangeError) throw new JsonSyntaxError(TOO_DEEP);
    throw error;
  }
}

/** True for a text that nests deeper than Go reads. */
export function isTooDeep(text: string): boolean {
  if (text.length < 2 * MAX_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === OPEN_BRACE || character === OPEN_BRACKET) depth++;
    else if (character === CLOSE_BRACE || character === CLOSE_BRACKET) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/**
 * The plain value of a node. Of repeated members the last counts; Go reads it over what the one before left, so that of
 * objects and lists what only the first says stays.
 */
export function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return plainObject(node.members);
    case 'array':
      return node.items.map(plainValue);
    case 'number':
      return numberOf(node.text);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

function plainObject(members: readonly JsonMember[]): object {
  const values = new Map<string, unknown>();
  for (const { name, value } of members)
    values.set(name, values.has(name) ? readOver(values.get(name), plainValue(value)) : plainValue(value));
  return Object.fromEntries(values);
}

function readOver(before: unknown, value: unknown): unknown {
  if (typeof before !== 'object' || typeof value !== 'object' || before === null || value === null) return value;
  if (Array.isArray(value)) return Array.isArray(before) ? value.map((item, index) => readOver(before[index], item)) : value;
  if (Array.isArray(before)) return value;
  const under = new Map(Object.entries(before));
  return { ...before, ...Object.fromEntries(Object.entries(value).map(([name, item]) => [name, readOver(under.get(name), item)])) };
}

const SPACE = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters in strings
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;
const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

const MAX_DEPTH = 10_000;
export const TOO_DEEP = 'exceeded max depth';

class JsonTextReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    const node = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#unexpected('after top-level value');
    return node;
  }

  #value(): JsonNode {
    this.#skipSpace();
    const start = this.#text[this.#at];
    switch (start) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return { kind: 'string', value: this.#string() };
      case 't':
        return this.#literal('true', { kind: 'bool', value: true });
      case 'f':
        return this.#literal('false', { kind: 'bool', value: false });
      case 'n':
        return this.#literal('null', { kind: 'null' });
      default:
        if (start === '-' || isDigit(start)) return this.#number();
        return this.#unexpected('looking for beginning of value');
    }
  }

  #nested(read: () => JsonNode): JsonNode {
    if (++this.#depth > MAX_DEPTH) throw new JsonSyntaxError(TOO_DEEP);
    const node = read();
    this.#depth--;
    return node;
  }

  #object(): JsonNode {
    const members: JsonMember[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take('}')) return { kind: 'object', members };
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#unexpected('looking for beginning of object key string');
      const name = this.#string();
      this.#skipSpace();
      if (!this.#take(':')) this.#unexpected('after object key');
      members.push({ name, value: this.#value() });
      this.#skipSpace();
      if (this.#take('}')) return { kind: 'object', members };
      if (!this.#take(',')) this.#unexpected('after object key:value pair');
    }
  }

  #array(): JsonNode {
    const items: JsonNode[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take(']')) return { kind: 'array', items };
    for (;;) {
      items.push(this.#value());
      this.#skipSpace();
      if (this.#take(']')) return { kind: 'array', items };
      if (!this.#take(',')) this.#unexpected('after array element');
    }
  }

  #string(): string {
    PLAIN_STRING.lastIndex = this.#at;
    const plain = PLAIN_STRING.exec(this.#text)?.[0];
    if (plain !== undefined) {
      this.#at += plain.length;
      return plain.slice(1, -1);
    }
    const start = this.#at++;
    while (!this.#take('"')) this.#stringCharacter();
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #stringCharacter(): void {
    const character = this.#text[this.#at];
    if (character === undefined || character < ' ') this.#unexpected('in string literal');
    this.#at++;
    if (character !== '\\') return;
    const escaped = this.#text[this.#at];
    if (escaped === undefined || !'bfnrt\\/"u'.includes(escaped)) this.#unexpected('in string escape code');
    this.#at++;
    for (let digits = escaped === 'u' ? 4 : 0; digits > 0; digits--, this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) this.#unexpected('in \\u hexadecimal character escape');
    }
  }

  #number(): JsonNode {
    const start = this.#at;
    this.#take('-');
    if (!this.#take('0')) this.#digits('in numeric literal');
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
    return { kind: 'number', text: this.#text.slice(start, this.#at) };
  }

  #digits(where: string): void {
    if (!isDigit(this.#text[this.#at])) this.#unexpected(where);
    while (isDigit(this.#text[this.#at])) this.#at++;
  }

  #literal(word: string, node: JsonNode): JsonNode {
    for (const [index, letter] of [...word].entries()) {
      if (!this.#take(letter))
        this.#unexpected(index === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting '${letter}')`);
    }
    return node;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #unexpected(where: string): never {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quoteByte(code)} ${where}`);
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** Go looks at bytes: of a character beyond ASCII it names the first byte as if it were Latin-1. */
function quoteByte(code: number): string {
  const byte = code < 0x80 ? code : (new TextEncoder().encode(String.fromCodePoint(code))[0] ?? 0);
  if (byte === 0x27) return "'\\''";
  if (byte === 0x22) return "'\"'";
  if (byte === 0x5c) return "'\\\\'";
  const named = new Map([
    [7, 'a'],
    [8, 'b'],
    [9, 't'],
    [10, 'n'],
    [11, 'v'],
    [12, 'f'],
    [13, 'r'],
  ]).get(byte);
  if (named) return `'\\${named}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  return byte >= 0x80 && byte <= 0xa0 ? `'\\u00${byte.toString(16)}'` : `'${String.fromCharCode(byte)}'`;
}
