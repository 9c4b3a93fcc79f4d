import { expect, test, vi } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { serviceAccounts } from '../api/resources.ts';
import { notFound } from '../machinery/status.ts';
import { AccountTokens } from './account-tokens.ts';

const account = { namespace: 'kube-system', name: 'job-controller' };

function tokensOf({ exists = true } = {}) {
  const clock = new FakeClock();
  let count = 0;
  let there = exists;
  const create = vi.fn(async () => {
    there = true;
    return {} as never;
  });
  const createSubresource = vi.fn(async () => {
    if (!there) throw notFound(serviceAccounts, account.name);
    return { status: { token: `token-${++count}` } } as never;
  });
  return { clock, create, createSubresource, tokens: new AccountTokens({ create, createSubresource }, account, clock) };
}

test('one token, however many ask, until it is worn', async () => {
  const { clock, tokens, createSubresource } = tokensOf();
  expect(await Promise.all([tokens.current(), tokens.current()])).toEqual(['token-1', 'token-1']);
  await clock.advance(47 * 60_000);
  expect(await tokens.current()).toBe('token-1');
  await clock.advance(60_000);
  expect(await tokens.current()).toBe('token-2');
  expect(createSubresource).toHaveBeenCalledTimes(2);
});

test('an account that is missing is made', async () => {
  const { tokens, create } = tokensOf({ exists: false });
  expect(await tokens.current()).toBe('token-1');
  expect(create).toHaveBeenCalledExactlyOnceWith(serviceAccounts, { metadata: account });
});

test('a token that is refused is replaced', async () => {
  const { tokens } = tokensOf();
  await tokens.current();
  expect(tokens.refused()).toBe(true);
  expect(await tokens.current()).toBe('token-2');
});

test('who fails to get one tries again the next time', async () => {
  const { tokens, createSubresource } = tokensOf();
  createSubresource.mockRejectedValueOnce(new Error('away'));
  await expect(tokens.current()).rejects.toThrow('away');
  expect(await tokens.current()).toBe('token-1');
});
