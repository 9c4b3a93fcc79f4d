import { describe, expect, test } from 'vitest';
import { assemble } from './machine.ts';
import { toNative } from './native.ts';
import { parsePattern } from './parser.ts';
import { compilePattern, machinePattern } from './pattern.ts';

describe('what RE2 has', () => {
  test.each([
    ['a.c', 'xabcx', 'abc'],
    ['^a', 'ba', undefined],
    ['(?m)^a', 'b\na', 'a'],
    ['a$', 'a\n', undefined],
    ['(?i)straße', 'STRAßE', 'STRAßE'],
    ['a.b', 'a\nb', undefined],
    ['(?s)a.b', 'a\nb', 'a\nb'],
    ['a|ab', 'ab', 'a'],
    ['(?:a|ab)(?:c|bcd)', 'abcd', 'abcd'],
    ['a*?b', 'aab', 'aab'],
    ['(?U)a*', 'aa', ''],
    ['a{2,3}', 'aaaa', 'aaa'],
    ['a{2,3}?', 'aaaa', 'aa'],
    ['a{,2}', 'a{,2}', 'a{,2}'],
    ['[[:alpha:]]+', '1abc2', 'abc'],
    ['[^[:^digit:]x]+', 'x12', '12'],
    ['\\pL+', '1éa2', 'éa'],
    ['\\p{Greek}+', 'abγδ', 'γδ'],
    ['\\PN+', '12ab3', 'ab'],
    ['[\\d\\-z]+', 'a1-z', '1-z'],
    ['\\Qa.b\\E+', 'a.bb', 'a.bb'],
    ['\\x{1F600}', 'x😀', '😀'],
    ['.', '😀', '😀'],
    ['^[0-9]*$', 'a😀', undefined],
    ['(?m)^[0-9]*$', 'a😀', undefined],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['\\bfoo\\b', 'a foo b', 'foo'],
    ['(?P<name>a)(?<other>b)', 'ab', 'ab'],
    ['(?i:a)b', 'Ab', 'Ab'],
    ['(?i:a)b', 'AB', undefined],
    ['(a(?i)b)c', 'aBc', 'aBc'],
    ['[]a]+', ']a', ']a'],
    ['\\A\\z', '', ''],
    ['\\101', 'A', 'A'],
    ['x*', 'aaa', ''],
    ['(|a)*', 'aa', ''],
    ['(|a)+', 'aa', ''],
    ['(?:a?)*b', 'aab', 'aab'],
  ])('%s in %j', (pattern, text, found) => {
    expect(compilePattern(pattern).find(text)).toBe(found);
    expect(machinePattern(assemble(parsePattern(pattern))).find(text)).toBe(found);
  });
});

describe('what RE2 has not', () => {
  test.each([
    ['(', 'error parsing regexp: missing closing ): `(`'],
    ['a)', 'error parsing regexp: unexpected ): `a)`'],
    ['[a', 'error parsing regexp: missing closing ]: `[a`'],
    ['*', 'error parsing regexp: missing argument to repetition operator: `*`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
    ['(a{100}){100}', 'error parsing regexp: invalid repeat count: `{100}`'],
    ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['(?<=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?<`'],
    ['(a)\\1', 'error parsing regexp: invalid escape sequence: `\\1`'],
    ['\\8', 'error parsing regexp: invalid escape sequence: `\\8`'],
    ['[z-a]', 'error parsing regexp: invalid character class range: `z-a`'],
    ['\\p{Nonsense}', 'error parsing regexp: invalid character class range: `\\p{Nonsense}`'],
    ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
    ['(?P<n>a)(?P<n>b)', 'error parsing regexp: duplicate capture group name: `n`'],
  ])('%s', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrowError(expect.objectContaining({ message }) as Error);
  });
});

test.each(['(a+)+$', '(a|aa)+$', '(a*)*b', '(.*a){20}', 'a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaa'])(
  '%s ends on what it does not match',
  (pattern) => {
    expect(compilePattern(pattern).test(`${'a'.repeat(5000)}!`)).toBe(!/\$|b$/.test(pattern));
  },
);

/** A generator that gives the same numbers every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('both matchers find the same', () => {
  const next = numbers(7);
  const pick = (...options: string[]): string => options[next(options.length)]!;
  const atom = (depth: number): string =>
    depth > 0 && next(3) === 0 ? `(${choice(depth - 1)})` : pick('a', 'b', '.', '[ab]', '[^a]', '^', '$', '\\b', '\\w');
  const piece = (depth: number): string => {
    const inner = atom(depth);
    return /^[\^$\\]/.test(inner) && inner !== '\\w' ? inner : inner + pick('', '', '', '*', '+', '?', '*?', '+?', '??', '{1,2}', '{0,2}?');
  };
  const sequence = (depth: number): string => Array.from({ length: 1 + next(3) }, () => piece(depth)).join('');
  const choice = (depth: number): string => Array.from({ length: 1 + next(2) }, () => sequence(depth)).join('|');
  let compared = 0;
  for (let i = 0; i < 3000; i++) {
    const tree = parsePattern(choice(2));
    const native = toNative(tree);
    if (!native) continue;
    const machine = machinePattern(assemble(tree));
    const text = Array.from({ length: next(8) }, () => pick('a', 'b', ' ', 'c')).join('');
    native.lastIndex = 0;
    expect([native.source, text, machine.find(text)]).toEqual([native.source, text, native.exec(text)?.[0]]);
    compared++;
  }
  expect(compared).toBeGreaterThan(1000);
});
