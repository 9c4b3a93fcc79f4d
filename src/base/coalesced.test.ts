import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { Coalesced } from './coalesced.ts';

/** Time that moves when told to. */
function manualClock() {
  let now = 0;
  const timers = new Set<{ at: number; fn(): void }>();
  const clock: Clock = {
    now: () => now,
    after(ms, fn) {
      const timer = { at: now + ms, fn };
      timers.add(timer);
      return { [Symbol.dispose]: () => timers.delete(timer) };
    },
    sleep: () => Promise.reject(new Error('not used')),
  };
  const advance = (ms: number) => {
    now += ms;
    for (const timer of [...timers]) {
      if (timer.at <= now && timers.delete(timer)) timer.fn();
    }
  };
  return { clock, advance, pending: () => timers.size };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('requests during a run share one more run', async () => {
  const { clock } = manualClock();
  const gates: (() => void)[] = [];
  const task = () => new Promise<void>((resolve) => gates.push(resolve));
  const work = new Coalesced({ clock, task, onError: () => {} });
  work.request();
  work.request();
  work.request();
  expect(gates).toHaveLength(1);
  gates[0]!();
  await settle();
  expect(gates).toHaveLength(2);
  gates[1]!();
  await settle();
  expect(gates).toHaveLength(2);
});

test('runs start an interval apart, the first at once', async () => {
  const { clock, advance } = manualClock();
  let runs = 0;
  const work = new Coalesced({ clock, interval: 50, task: async () => void runs++, onError: () => {} });
  work.request();
  await settle();
  work.request();
  work.request();
  expect(runs).toBe(1);
  advance(50);
  await settle();
  expect(runs).toBe(2);
});

test('a failed run is tried again later, and later still', async () => {
  const { clock, advance } = manualClock();
  const errors: unknown[] = [];
  let fail = true;
  const work = new Coalesced({
    clock,
    backoff: { base: 100, max: 1000 },
    task: () => (fail ? Promise.reject(new Error('no')) : Promise.resolve()),
    onError: (error) => errors.push(error),
  });
  work.request();
  await settle();
  advance(100);
  await settle();
  expect(errors).toHaveLength(2);
  advance(100);
  await settle();
  expect(errors).toHaveLength(2);
  fail = false;
  advance(100);
  await settle();
  expect(errors).toHaveLength(2);
});

test('disposing cancels what is scheduled', async () => {
  const { clock, pending } = manualClock();
  const work = new Coalesced({ clock, task: () => Promise.reject(new Error('no')), onError: () => {} });
  work.request();
  await settle();
  expect(pending()).toBe(1);
  work[Symbol.dispose]();
  expect(pending()).toBe(0);
});
