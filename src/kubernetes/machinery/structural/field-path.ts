import { type JsonSchema, propertyOf, valuesOf } from './json-schema.ts';

/** A path that leads nowhere; `message` says why in upstream's words. */
export class FieldPathError extends Error {
  override readonly name = 'FieldPathError';
}

export interface FieldPath {
  /** As field paths are written: `spec.map[key]`. */
  readonly text: string;
  /** Names from the root. */
  readonly names: readonly string[];
  readonly schema: JsonSchema | undefined;
}

/** Follows a simple JSON path (`.spec.a`, `.spec['b']`) through a schema. Throws {@link FieldPathError}. */
export function followFieldPath(path: string, root: JsonSchema, options: { brackets: boolean } = { brackets: true }): FieldPath {
  const tokens = tokensOf(path);
  const walker = new Walker(root);
  const next = () => {
    const token = tokens.next();
    if (token.done) throw new FieldPathError('unexpected end of JSON path');
    return token.value;
  };
  for (let token = tokens.next(); !token.done; token = tokens.next()) {
    if (token.value === '.') walker.step(next());
    else if (token.value === '[') {
      if (!options.brackets) throw new FieldPathError('array notation is not allowed');
      walker.step(unquoted(next()));
      const closing = next();
      if (closing !== ']') throw new FieldPathError(`expected ] but got ${closing}`);
    } else throw new FieldPathError(`expected [ or . but got: ${token.value}`);
  }
  return walker.result;
}

class Walker {
  #schema: JsonSchema | undefined;
  #text = '';
  readonly #names: string[] = [];

  constructor(root: JsonSchema) {
    this.#schema = root;
  }

  get result(): FieldPath {
    return { text: this.#text, names: this.#names, schema: this.#schema };
  }

  step(name: string): void {
    const isStruct = Object.keys(this.#schema?.properties ?? {}).length > 0;
    const next = isStruct ? propertyOf(this.#schema, name) : valuesOf(this.#schema);
    if (!next) throw new FieldPathError('does not refer to a valid field');
    this.#schema = next;
    this.#names.push(name);
    if (!isStruct) this.#text += `[${name}]`;
    else this.#text += this.#text ? `.${name}` : name;
  }
}

/** Dots, brackets, and what is between them; quoted text is one token whatever is in it. */
function* tokensOf(path: string): Generator<string, undefined> {
  for (const [token] of path.matchAll(/[.[\]]|'(?:[^']|(?<=\\)')*'|'[\s\S]*|[^.[\]]+/g)) yield token;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
};

function unquoted(token: string): string {
  if (token.length < 2 || !token.startsWith("'") || !token.endsWith("'")) {
    throw new FieldPathError(`expected single quoted string but got ${token}`);
  }
  return token.slice(1, -1).replace(/\\./g, (sequence) => {
    const character = ESCAPES[sequence[1] as string];
    if (character === undefined) throw new FieldPathError(`invalid string literal: invalid escape char ${sequence}`);
    return character;
  });
}
