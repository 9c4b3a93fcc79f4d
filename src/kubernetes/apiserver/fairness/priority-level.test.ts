import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { PriorityLevel } from './priority-level.ts';
import { deal } from './shuffle-sharding.ts';

const QUEUING = { queues: 64, handSize: 1, queueLengthLimit: 2 };
const never = new AbortController().signal;

test('without queues what finds no seat is refused', () => {
  const level = new PriorityLevel({ seats: 1 }, new FakeClock(), 1000);
  expect(level.enter('a', never)).toBeUndefined();
  expect(level.enter('a', never)).toBe('concurrency-limit');
  level.leave();
  expect(level.enter('a', never)).toBeUndefined();
});

test('a flow with many requests does not keep another waiting', async () => {
  const level = new PriorityLevel({ seats: 1, queuing: QUEUING }, new FakeClock(), 1000);
  const order: string[] = [];
  const enter = (flow: string, name: string) => Promise.resolve(level.enter(flow, never)).then((refusal) => order.push(refusal ?? name));
  const asked = [enter('a', 'a1'), enter('a', 'a2'), enter('a', 'a3'), enter('a', 'a4'), enter('b', 'b1')];
  for (let left = 0; left < 4; left++) level.leave();
  await Promise.all(asked);
  expect(order).toEqual(['a1', 'queue-full', 'a2', 'b1', 'a3']);
});

test('who waits too long, or goes away, leaves the queue', async () => {
  const clock = new FakeClock();
  const level = new PriorityLevel({ seats: 1, queuing: QUEUING }, clock, 1000);
  const abort = new AbortController();
  level.enter('a', never);
  const patient = level.enter('a', never);
  const gone = level.enter('a', abort.signal);
  abort.abort();
  expect(await gone).toBe('cancelled');
  await clock.advance(1000);
  expect(await patient).toBe('time-out');
  expect(level.waiting).toBe(0);
});

test('a hand is dealt without repeats and always the same', () => {
  const hand = deal('system-nodes\0node-1', 128, 6);
  expect(new Set(hand).size).toBe(6);
  expect(Math.max(...hand)).toBeLessThan(128);
  expect(deal('system-nodes\0node-1', 128, 6)).toEqual(hand);
  expect(new Set(deal('a', 4, 4))).toEqual(new Set([0, 1, 2, 3]));
});
