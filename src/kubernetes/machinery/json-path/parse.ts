/** One step of a path. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'union'; readonly of: readonly Path[] }
  | { readonly kind: 'filter'; readonly left: Path; readonly operator: Operator; readonly right: Path }
  | { readonly kind: 'literal'; readonly value: unknown };

export type Path = readonly Step[];
export type Operator = 'exists' | '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A text that is no path of kubectl's dialect. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** Reads a path as kubectl writes them, without the braces: `.spec.containers[?(@.name=="a")].image`. */
export function parseJsonPath(text: string): Path {
  return new PathParser(text).path();
}

const END_OF_NAME = /[\s.,[\]$@{}]/;
const OPERATORS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

class PathParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.trim();
  }

  path(): Path {
    const steps: Step[] = [];
    while (this.#at < this.#text.length) {
      const step = this.#step();
      if (step) steps.push(step);
    }
    return steps;
  }

  #step(): Step | undefined {
    const next = this.#text[this.#at] as string;
    if (next === '@' || next === '$' || /\s/.test(next)) {
      this.#at++;
      return undefined;
    }
    if (next === '[') return this.#bracket();
    if (next === '"' || next === "'") return { kind: 'literal', value: this.#quoted(next) };
    if (next === '.') return this.#dot();
    if (/[\w-]/.test(next)) return this.#word();
    throw new JsonPathError(`unrecognized character in action: ${next}`);
  }

  #dot(): Step | undefined {
    this.#at++;
    if (this.#text[this.#at] === '.') {
      this.#at++;
      const steps = this.#text[this.#at];
      if (steps !== undefined && steps !== '[') this.#at--;
      return { kind: 'descendants' };
    }
    const name = this.#name();
    if (name === '') return undefined;
    return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name };
  }

  /** A dot in a name is written with a backslash before it. */
  #name(): string {
    let name = '';
    for (; this.#at < this.#text.length; this.#at++) {
      let next = this.#text[this.#at] as string;
      if (END_OF_NAME.test(next)) break;
      if (next === '\\') next = this.#text[++this.#at] ?? '';
      name += next;
    }
    return name;
  }

  /** A number or truth value to compare with; any other word is a field. */
  #word(): Step {
    const start = this.#at;
    while (this.#at < this.#text.length && /[\w.+-]/.test(this.#text[this.#at] as string)) this.#at++;
    const word = this.#text.slice(start, this.#at);
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word)) return { kind: 'literal', value: Number(word) };
    this.#at = start;
    return { kind: 'field', name: this.#name() };
  }

  #quoted(quote: string): string {
    let value = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      let next = this.#text[this.#at] as string;
      if (next === quote) {
        this.#at++;
        return value;
      }
      if (next === '\\') next = this.#text[++this.#at] ?? '';
      value += next;
    }
    throw new JsonPathError('unterminated quoted string');
  }

  #bracket(): Step {
    const inner = this.#balanced();
    if (inner.startsWith('?(') && inner.endsWith(')')) return filterOf(inner.slice(2, -1));
    const parts = splitOutsideQuotes(inner);
    if (parts.length > 1) return { kind: 'union', of: parts.map((part) => parseJsonPath(`[${part.trim()}]`)) };
    return selectorOf(inner.trim());
  }

  /** What is between this bracket and the one that closes it. */
  #balanced(): string {
    const start = ++this.#at;
    let depth = 1;
    for (; this.#at < this.#text.length; this.#at++) {
      const next = this.#text[this.#at] as string;
      if (next === '"' || next === "'") {
        this.#quoted(next);
        this.#at--;
      } else if (next === '[') depth++;
      else if (next === ']' && --depth === 0) return this.#text.slice(start, this.#at++);
    }
    throw new JsonPathError('unterminated array');
  }
}

function selectorOf(text: string): Step {
  if (text === '*') return { kind: 'wildcard' };
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return { kind: 'field', name: (quoted[2] as string).replace(/\\(.)/g, '$1') };
  const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(text);
  if (!slice || text === '') throw new JsonPathError(`invalid array index ${text}`);
  const [from, to, step] = slice.slice(1).map((digits) => (digits ? Number(digits) : undefined));
  if (slice[2] === undefined) return { kind: 'index', at: from ?? 0 };
  return { kind: 'slice', ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...(step !== undefined && { step }) };
}

function filterOf(text: string): Step {
  const match = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(text);
  if (!match) return { kind: 'filter', left: parseJsonPath(text), operator: 'exists', right: [] };
  const operator = match[2] as Operator;
  if (!OPERATORS.has(operator)) throw new JsonPathError(`unrecognized filter operator ${operator}`);
  return { kind: 'filter', left: parseJsonPath(match[1] as string), operator, right: parseJsonPath(match[3] as string) };
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,"'])+/g) ?? [];
}
