import type { Expr } from '../syntax/ast.ts';
import { type CelType, isOptionalType } from '../types/type.ts';
import { textLength } from '../values/text.ts';
import { exactly, one, type Range, union } from './range.ts';

/** How large the entries of a list or map are. */
export interface EntrySizes {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

export const unionEntries = (a: EntrySizes, b: EntrySizes): EntrySizes => ({
  container: a.container,
  key: union(a.key, b.key),
  value: union(a.value, b.value),
});

/** The size of what is written out; undefined for anything else. */
export function fixedSize(expr: Expr): Range | undefined {
  switch (expr.kind) {
    case 'literal':
      if (typeof expr.value === 'string') return exactly(textLength(expr.value));
      return expr.value instanceof Uint8Array ? exactly(expr.value.length) : one;
    case 'list':
      return exactly(expr.elements.length);
    case 'map':
      return exactly(expr.entries.length);
    default:
      return undefined;
  }
}

const SCALARS: ReadonlySet<string> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

/** One for types whose values are all of the same size. */
export function scalarSize(type: CelType): Range | undefined {
  if (isOptionalType(type)) return type.parameters[0] && scalarSize(type.parameters[0]);
  return SCALARS.has(type.kind) ? one : undefined;
}
