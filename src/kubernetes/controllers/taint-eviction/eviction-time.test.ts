import { expect, test } from 'vitest';
import type { Taint } from '../../api/generated/core-v1.ts';
import { evictionTime } from './eviction-time.ts';

const NOW = Date.parse('2030-01-01T00:01:00Z');
const taint: Taint = { key: 'k', effect: 'NoExecute' };
const ADDED = NOW - 60_000;
const exists = { key: 'k', operator: 'Exists' as const };

test.each([
  { name: 'not tolerated: now', tolerations: [], at: NOW },
  { name: 'tolerated for ever', tolerations: [exists], at: undefined },
  { name: 'tolerated for a while, counted from the taint', tolerations: [{ ...exists, tolerationSeconds: 300 }], at: NOW + 240_000 },
  {
    name: 'the shortest counts',
    tolerations: [
      { ...exists, tolerationSeconds: 300 },
      { ...exists, tolerationSeconds: 100 },
    ],
    at: NOW + 40_000,
  },
  { name: 'negative is zero', tolerations: [{ ...exists, tolerationSeconds: -1 }], at: NOW - 60_000 },
])('$name', ({ tolerations, at }) => {
  expect(evictionTime([taint], tolerations, () => ADDED, NOW)).toBe(at);
});
