/** Regular expressions of RE2's kind: no back references, no look-around, and never slow. */

import { CelError } from '../values/errors.ts';
import { assemble, type Program, run } from './machine.ts';
import { MAX_NATIVE_TEXT, toNative } from './native.ts';
import { parsePattern } from './parser.ts';
import { PatternError } from './syntax.ts';

export interface CompiledPattern {
  /** Whether the text has a match anywhere. */
  test(text: string): boolean;
  /** The first match. */
  find(text: string): string | undefined;
  /** The matches that do not overlap, at most `limit` of them unless it is negative. */
  findAll(text: string, limit: number): string[];
}

const MAX_CACHED = 500;
const cache = new Map<string, CompiledPattern>();

/** Reads an expression; one that is none is an error of the evaluation. */
export function compilePattern(source: string): CompiledPattern {
  const known = cache.get(source);
  if (known) return known;
  const pattern = readPattern(source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(source, pattern);
  return pattern;
}

function readPattern(source: string): CompiledPattern {
  try {
    const tree = parsePattern(source);
    const machine = lazily(() => machinePattern(assemble(tree)));
    const native = toNative(tree);
    return native ? chosenByLength(nativePattern(native), machine) : machine();
  } catch (error) {
    throw error instanceof PatternError ? new CelError(error.message) : error;
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function chosenByLength(short: CompiledPattern, long: () => CompiledPattern): CompiledPattern {
  const choose = (text: string): CompiledPattern => (text.length <= MAX_NATIVE_TEXT ? short : long());
  return {
    test: (text) => choose(text).test(text),
    find: (text) => choose(text).find(text),
    findAll: (text, limit) => choose(text).findAll(text, limit),
  };
}

function nativePattern(expression: RegExp): CompiledPattern {
  const search = (text: string, from: number): Span | undefined => {
    expression.lastIndex = from;
    const match = expression.exec(text);
    return match ? { start: match.index, end: match.index + match[0].length } : undefined;
  };
  return patternOf(search, (text) => search(text, 0) !== undefined);
}

/** The linear matcher, for expressions that JavaScript might be slow with. */
export function machinePattern(program: Program): CompiledPattern {
  return patternOf(
    (text, from) => run(program, text, from, false),
    (text) => run(program, text, 0, true) !== undefined,
  );
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function patternOf(search: (text: string, from: number) => Span | undefined, test: (text: string) => boolean): CompiledPattern {
  return {
    test,
    find(text) {
      const span = search(text, 0);
      return span && text.slice(span.start, span.end);
    },
    findAll(text, limit) {
      const found: string[] = [];
      let previousEnd = -1;
      for (let from = 0; from <= text.length && found.length !== limit; ) {
        const span = search(text, from);
        if (!span) break;
        // An empty match right after another is none.
        if (span.end > span.start || span.start !== previousEnd) found.push(text.slice(span.start, span.end));
        previousEnd = span.end;
        from = span.end > span.start ? span.end : span.end + (text.codePointAt(span.end)! > 0xffff ? 2 : 1);
      }
      return found;
    },
  };
}
