import { expect, test, vi } from 'vitest';
import { badRequest } from '../../machinery/status.ts';
import { within } from './kind-hooks.ts';

const transaction = () => ({ commit: vi.fn(async () => {}), revert: vi.fn(async () => {}) });
const calls = ({ commit, revert }: ReturnType<typeof transaction>) => [commit.mock.calls.length, revert.mock.calls.length];

test.each<{ name: string; write: () => Promise<string | undefined>; commits: number; reverts: number }>([
  { name: 'is stored: what is no longer needed goes', write: async () => 'stored', commits: 1, reverts: 0 },
  { name: 'lost against another: what was taken goes back', write: async () => undefined, commits: 0, reverts: 1 },
  { name: 'is refused: what was taken goes back', write: () => Promise.reject(badRequest('no')), commits: 0, reverts: 1 },
  { name: 'may or may not be stored: nothing goes', write: () => Promise.reject(new Error('timeout')), commits: 0, reverts: 0 },
])('a write that $name', async ({ write, commits, reverts }) => {
  const taken = transaction();
  await within(taken, write).catch(() => undefined);
  expect(calls(taken)).toEqual([commits, reverts]);
});

test('what went wrong is told', async () => {
  await expect(within(transaction(), () => Promise.reject(badRequest('no')))).rejects.toThrow('no');
  expect(await within(undefined, async () => 'stored')).toBe('stored');
});
