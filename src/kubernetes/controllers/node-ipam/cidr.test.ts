import { expect, test } from 'vitest';
import { CidrParts } from './cidr.ts';

test.each([
  { range: '10.244.0.0/16', mask: 24, index: 0, part: '10.244.0.0/24' },
  { range: '10.244.0.0/16', mask: 24, index: 255, part: '10.244.255.0/24' },
  { range: '10.244.7.9/16', mask: 26, index: 5, part: '10.244.1.64/26' },
  { range: 'fd00:10:244::/56', mask: 64, index: 3, part: 'fd00:10:244:3::/64' },
])('part $index of $range in /$mask', ({ range, mask, index, part }) => {
  expect(new CidrParts(range, mask).at(index)).toBe(part);
});

test('the first free part, or none', () => {
  const parts = new CidrParts('10.0.0.0/23', 24);
  expect(parts.firstFree(new Set())).toBe('10.0.0.0/24');
  expect(parts.firstFree(new Set(['10.0.0.0/24']))).toBe('10.0.1.0/24');
  expect(parts.firstFree(new Set(['10.0.0.0/24', '10.0.1.0/24']))).toBeUndefined();
});

test('a range that is too small is refused', () => {
  expect(() => new CidrParts('10.0.0.0/25', 24)).toThrow('cannot be divided');
});
