import { expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  quantityMilliValue,
  quantityOf,
  quantityOfMilli,
  quantityValue,
  subtractQuantities,
} from './quantity.ts';

test.each([
  ['0', '0'],
  ['0.0', '0'],
  ['0Ki', '0'],
  ['.', '0'],
  ['+', '0'],
  ['1', '1'],
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1.5Gi', '1536Mi'],
  ['2048Mi', '2Gi'],
  ['1025Ki', '1025Ki'],
  ['1536Ki', '1536Ki'],
  ['1000', '1k'],
  ['1500', '1500'],
  ['1.5k', '1500'],
  ['1e3', '1e3'],
  ['10e3', '10e3'],
  ['1000e3', '1e6'],
  ['1.500', '1.500'],
  ['0.1n', '1n'],
  ['-1.5', '-1500m'],
  ['1E', '1E'],
  ['1000E', '1e21'],
  ['100Ei', '9223372036854775807'],
  ['0.5Ki', '512'],
  ['0.0001Ki', '102400u'],
  ['12345678901234567890', '12345678901234567890'],
  ['+5', '+5'],
  ['5.', '5.'],
  ['1e-3', '1e-3'],
  ['1023Ki', '1023Ki'],
  ['8Ki', '8Ki'],
  ['0.000Mi', '0'],
])('%s is stored as %s', (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical));

test.each([
  ['', 'quantities must match'],
  ['abc', 'quantities must match'],
  ['1.5.2', 'quantities must match'],
  ['1 Gi', 'quantities must match'],
  ['1e', "quantity's suffix"],
  ['1mm', "quantity's suffix"],
])('%s is refused', (text, words) => expect(() => canonicalQuantity(text)).toThrow(words));

test.each([
  ['1', '1000m', 0],
  ['1Ki', '1k', 1],
  ['-1', '1', -1],
  ['0', '0Gi', 0],
  ['1e999999999', '1', 1],
  ['-1e999999999', '1', -1],
  ['100m', '0.2', -1],
])('%s against %s', (a, b, sign) => expect(Math.sign(compareQuantities(a, b))).toBe(sign));

test('sums keep the format of what has a value', () => {
  expect(formatQuantity(addQuantities('1Gi', '512Mi'))).toBe('1536Mi');
  expect(formatQuantity(addQuantities('0', '1Gi'))).toBe('1Gi');
  expect(formatQuantity(addQuantities('900m', '100m'))).toBe('1');
  expect(formatQuantity(subtractQuantities('1', '100m'))).toBe('900m');
});

test('integer views round up', () => {
  expect(quantityValue('100m')).toBe(1);
  expect(quantityValue('1.5Gi')).toBe(1.5 * 1024 ** 3);
  expect(quantityMilliValue('0.1')).toBe(100);
  expect(quantityMilliValue('100u')).toBe(1);
  expect(quantityMilliValue('2')).toBe(2000);
  expect(quantityValue('1e999999999')).toBe(Number(2n ** 63n - 1n));
  expect(quantityOf(128 * 1024 ** 2)).toBe('128Mi');
  expect(quantityOfMilli(250)).toBe('250m');
});
