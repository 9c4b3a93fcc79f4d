import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { RestartBackoff } from './restart-backoff.ts';

test('the first failure is tried again at once, the following after 10 s, 20 s, up to 5 minutes', () => {
  const clock = new FakeClock();
  const backoff = new RestartBackoff(clock, { base: 10_000, max: 300_000 });
  const delays: number[] = [];
  for (let failure = 0; failure < 8; failure++) {
    delays.push(backoff.remaining('c', clock.now()));
    backoff.next('c', clock.now());
  }
  expect(delays).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test('time since the failure counts', async () => {
  const clock = new FakeClock();
  const backoff = new RestartBackoff(clock, { base: 10_000, max: 300_000 });
  const failedAt = clock.now();
  backoff.next('c', failedAt);
  await clock.advance(4_000);
  expect(backoff.remaining('c', failedAt)).toBe(6_000);
  await clock.advance(7_000);
  expect(backoff.remaining('c', failedAt)).toBe(0);
});

test('ten minutes without a failure forget the back-off', async () => {
  const clock = new FakeClock();
  const backoff = new RestartBackoff(clock, { base: 10_000, max: 300_000 });
  backoff.next('c', clock.now());
  backoff.next('c', clock.now());
  await clock.advance(601_000);
  expect(backoff.remaining('c', clock.now())).toBe(0);
  backoff.next('c', clock.now());
  expect(backoff.delay('c')).toBe(10_000);
});
