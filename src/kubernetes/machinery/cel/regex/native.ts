/** A regular expression in JavaScript's notation, for those that JavaScript runs quickly whatever the text. */

import { type Assertion, matchesEmpty, type Pattern, type Ranges } from './syntax.ts';

const ASSERTIONS: Readonly<Record<Assertion, string>> = {
  'text-start': '^',
  'text-end': '$',
  'line-start': '(?:^|(?<=\\n))',
  'line-end': '(?:$|(?=\\n))',
  word: '\\b',
  'not-word': '\\B',
};

/** Longer texts are left to the machine. */
export const MAX_NATIVE_TEXT = 1024;
const MAX_WAYS = 8 * MAX_NATIVE_TEXT;

/**
 * The expression for JavaScript, or undefined when its backtracking could try too many ways even on short texts, or when
 * it repeats what may be empty, of which JavaScript prefers other matches.
 */
export function toNative(pattern: Pattern): RegExp | undefined {
  return waysToMatch(pattern) <= MAX_WAYS ? new RegExp(write(pattern), 'gu') : undefined;
}

/** A bound of the number of ways in which a pattern can match from one place, all of which backtracking may try. */
function waysToMatch(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'repeat':
      return matchesEmpty(pattern.inner) ? Number.POSITIVE_INFINITY : waysToRepeat(waysToMatch(pattern.inner), pattern.min, pattern.max);
    case 'group':
      return waysToMatch(pattern.inner);
    case 'sequence':
      return pattern.items.reduce((product, item) => product * waysToMatch(item), 1);
    case 'choice':
      return pattern.options.reduce((sum, option) => sum + waysToMatch(option), 0);
    default:
      return 1;
  }
}

function waysToRepeat(ways: number, min: number, max: number): number {
  if (ways === 1) return max === Number.POSITIVE_INFINITY ? MAX_NATIVE_TEXT : max - min + 1;
  if (max > 16) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let times = min; times <= max; times++) sum += ways ** times;
  return sum;
}

function write(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'empty':
      return '(?:)';
    case 'set':
      return pattern.ranges.length ? `[${pattern.ranges.map(writeRange).join('')}]` : '[]';
    case 'assert':
      return ASSERTIONS[pattern.what];
    case 'group':
      return `(?:${write(pattern.inner)})`;
    case 'sequence':
      return pattern.items.map(write).join('');
    case 'choice':
      return `(?:${pattern.options.map(write).join('|')})`;
    case 'repeat': {
      const times = pattern.max === Number.POSITIVE_INFINITY ? `{${pattern.min},}` : `{${pattern.min},${pattern.max}}`;
      return `(?:${write(pattern.inner)})${times}${pattern.greedy ? '' : '?'}`;
    }
  }
}

const writeCode = (code: number): string => `\\u{${code.toString(16)}}`;
const writeRange = ([from, to]: Ranges[number]): string => (from === to ? writeCode(from) : `${writeCode(from)}-${writeCode(to)}`);
