import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { ExpiringCache } from './expiring-cache.ts';

function counting() {
  let asked = 0;
  return { ask: async () => ++asked, asked: () => asked };
}

test('an answer holds until its time is over', async () => {
  const clock = new FakeClock();
  const cache = new ExpiringCache<number>(clock, 10);
  const { ask } = counting();
  const get = () => cache.getOrAsk('a', ask, () => 1000);
  expect(await get()).toBe(1);
  expect(await get()).toBe(1);
  await clock.advance(1000);
  expect(await get()).toBe(2);
});

test('questions under way are shared, failures forgotten', async () => {
  const cache = new ExpiringCache<number>(new FakeClock(), 10);
  const { ask, asked } = counting();
  await Promise.all([cache.getOrAsk('a', ask, () => 1000), cache.getOrAsk('a', ask, () => 1000)]);
  expect(asked()).toBe(1);
  await expect(
    cache.getOrAsk(
      'b',
      () => Promise.reject(new Error('down')),
      () => 1000,
    ),
  ).rejects.toThrow('down');
  expect(await cache.getOrAsk('b', ask, () => 1000)).toBe(2);
});

test('the oldest answer goes first', async () => {
  const cache = new ExpiringCache<string>(new FakeClock(), 2);
  for (const key of ['a', 'b', 'c'])
    await cache.getOrAsk(
      key,
      async () => key,
      () => 1000,
    );
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 'b', 'c']);
});
