import { expect, test } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const lines = (...numbers: (number | string)[]): string => numbers.join('\n');
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

test('nothing changed', () => {
  expect(unifiedDiff('a\nb', 'a\nb')).toBe('');
});

test('a change has three lines around it', () => {
  const before = upTo(9);
  expect(unifiedDiff(lines(...before), lines(...before.with(4, 50)))).toBe('@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+50\n 6\n 7\n 8\n');
});

test('changes far apart are hunks of their own, near ones are one', () => {
  const before = upTo(30);
  const far = before.with(2, 0).with(25, 0);
  const near = before.with(2, 0).with(7, 0);
  expect(unifiedDiff(lines(...before), lines(...far)).match(/@@ /g)).toHaveLength(2);
  expect(unifiedDiff(lines(...before), lines(...near)).match(/@@ /g)).toHaveLength(1);
});

test('lines that come and go', () => {
  expect(unifiedDiff(lines('a', 'b'), lines('a', 'x', 'b'))).toBe('@@ -1,2 +1,3 @@\n a\n+x\n b\n');
  expect(unifiedDiff(lines('a', 'x', 'b'), lines('a', 'b'))).toBe('@@ -1,3 +1,2 @@\n a\n-x\n b\n');
  expect(unifiedDiff('a', 'b')).toBe('@@ -1 +1 @@\n-a\n+b\n');
});
