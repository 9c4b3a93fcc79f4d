/** The tree of a regular expression. */

export type Pattern =
  | { readonly kind: 'empty' }
  /** One character out of ranges of code points, both ends included, sorted and apart from each other. */
  | { readonly kind: 'set'; readonly ranges: Ranges }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'group'; readonly inner: Pattern }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly inner: Pattern; readonly min: number; readonly max: number; readonly greedy: boolean };

export type Ranges = readonly (readonly [number, number])[];
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'not-word';

export const MAX_CODE_POINT = 0x10ffff;

/** Why a text is no regular expression, in Go's words. */
export class PatternError extends Error {
  constructor(problem: string, part: string) {
    super(`error parsing regexp: ${problem}: \`${part}\``);
  }
}

/** Sorts ranges and joins those that touch. */
export function normalize(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** Every character that is not in the ranges. */
export function invert(ranges: Ranges): Ranges {
  const result: [number, number][] = [];
  let next = 0;
  for (const [from, to] of normalize(ranges)) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= MAX_CODE_POINT) result.push([next, MAX_CODE_POINT]);
  return result;
}

/** Whether a pattern may match without reading anything. */
export function matchesEmpty(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'set':
      return false;
    case 'group':
      return matchesEmpty(pattern.inner);
    case 'sequence':
      return pattern.items.every(matchesEmpty);
    case 'choice':
      return pattern.options.some(matchesEmpty);
    case 'repeat':
      return pattern.min === 0 || matchesEmpty(pattern.inner);
    default:
      return true;
  }
}
