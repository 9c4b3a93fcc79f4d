import { expect, test } from 'vitest';
import { humanDuration, humanSince } from './duration.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

test.each([
  [-5 * second, '<invalid>'],
  [-second, '0s'],
  [0, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [3 * minute + 20 * second, '3m20s'],
  [10 * minute, '10m'],
  [3 * hour, '3h'],
  [3 * hour + 5 * minute, '3h5m'],
  [20 * hour, '20h'],
  [2 * day, '2d'],
  [5 * day + 3 * hour, '5d3h'],
  [100 * day, '100d'],
  [740 * day, '2y10d'],
  [3650 * day, '10y'],
])('%d ms', (milliseconds, text) => expect(humanDuration(milliseconds)).toBe(text));

test('since a time', () => {
  expect(humanSince('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:01:15Z'))).toBe('75s');
  expect(humanSince(undefined, 0)).toBe('<unknown>');
});
