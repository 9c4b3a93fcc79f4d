import { expect, test } from 'vitest';
import { bytesOf, coresOf, formatAge, formatBytes, formatCores } from './format.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [5 * S, '5s'],
  [119 * S, '119s'],
  [2 * M + 10 * S, '2m10s'],
  [10 * M + 10 * S, '10m'],
  [3 * H + 20 * M, '3h20m'],
  [9 * H + 20 * M, '9h'],
  [50 * H, '2d2h'],
  [9 * D, '9d'],
  [-5, '0s'],
])('%d ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test('sizes and cores', () => {
  expect([0, 1536, 18 * 1024 ** 2, 1.4 * 1024 ** 3].map(formatBytes)).toEqual(['0 B', '1.5 KiB', '18 MiB', '1.4 GiB']);
  expect([0, 0.004, 0.25, 1.5, 12].map(formatCores)).toEqual(['0', '4m', '250m', '1.5', '12']);
  expect(coresOf('250m')).toBe(0.25);
  expect(coresOf('1234567n')).toBeCloseTo(0.001234567);
  expect(bytesOf('1Mi')).toBe(1024 ** 2);
});
