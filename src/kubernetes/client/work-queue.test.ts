import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

let clock: FakeClock;
let queue: WorkQueue<string>;

beforeEach(() => {
  clock = new FakeClock();
  queue = new WorkQueue<string>(clock);
});

test('a key waits at most once and keeps its place', async () => {
  for (const key of ['a', 'b', 'a']) queue.add(key);
  expect([await queue.take(), await queue.take(), queue.length]).toEqual(['a', 'b', 0]);
});

test('a key added while it is worked on comes again after it is done', async () => {
  queue.add('a');
  await queue.take();
  queue.add('a');
  expect(queue.length).toBe(0);
  queue.done('a');
  expect(await queue.take()).toBe('a');
});

test('a taker waits for the next key', async () => {
  const taken = queue.take();
  queue.add('a');
  expect(await taken).toBe('a');
});

test('retries wait longer each time until forgotten', async () => {
  const delays: number[] = [];
  for (let round = 0; round < 4; round++) {
    if (round === 3) queue.forget('a');
    const before = clock.now();
    queue.retry('a');
    while (queue.length === 0) await clock.advance(1);
    delays.push(clock.now() - before);
    queue.done((await queue.take()) as string);
  }
  expect(delays).toEqual([5, 10, 20, 5]);
});

test('of two delays of a key the shorter counts', async () => {
  queue.addAfter('a', 50);
  queue.addAfter('a', 10);
  queue.addAfter('a', 90);
  await clock.advance(10);
  expect(queue.length).toBe(1);
  expect(clock.waiting).toBe(0);
});

test('closing ends takers and timers', async () => {
  const taken = queue.take();
  queue.addAfter('a', 10);
  queue[Symbol.dispose]();
  expect(await taken).toBeUndefined();
  expect(clock.waiting).toBe(0);
});
