import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { aPod } from '../../../../test/support/scheduling.ts';
import type { WakeEvent } from '../framework/plugin.ts';
import type { QueuedPod } from './scheduling-queue.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

let clock: FakeClock;
let queue: SchedulingQueue;

beforeEach(() => {
  clock = new FakeClock();
  queue = new SchedulingQueue(clock, ({ spec }) => (spec.schedulingGates?.length ?? 0) > 0);
});

const on = (...events: WakeEvent[]) => new Set(events);
const take = () => queue.take() as QueuedPod;
const name = (queued: QueuedPod | undefined) => queued?.pod.metadata.name;

test('the most important goes first, of equals the oldest', async () => {
  queue.set(aPod('old'));
  await clock.advance(1);
  queue.set(aPod('young'));
  queue.set(aPod('important', { spec: { priority: 10 } }));
  expect([name(queue.take()), name(queue.take()), name(queue.take()), name(queue.take())]).toEqual([
    'important',
    'old',
    'young',
    undefined,
  ]);
});

test('a gated pod waits until its gates are gone', () => {
  queue.set(aPod('gated', { spec: { schedulingGates: [{ name: 'quota' }] } }));
  expect(queue.take()).toBeUndefined();
  queue.set(aPod('gated'));
  expect(name(queue.take())).toBe('gated');
});

test('a rejected pod comes back on an event that may help, no other', () => {
  queue.set(aPod('p'));
  queue.rejected(take(), on('Node/Add'));
  queue.happened('AssignedPod/Delete');
  expect(queue.take()).toBeUndefined();
  queue.happened('Node/Add');
  expect(name(queue.take())).toBe('p');
});

test('an event during its cycle is not missed', () => {
  queue.set(aPod('p'));
  const queued = take();
  queue.happened('Node/Add');
  queue.rejected(queued, on('Node/Add'));
  expect(name(queue.take())).toBe('p');
});

test('after a failure the pod waits out its back-off, twice as long each time', async () => {
  queue.set(aPod('p'));
  const waits: number[] = [];
  for (let round = 0; round < 5; round++) {
    queue.failed(take());
    const before = clock.now();
    let next = queue.take();
    while (!next) {
      await clock.advance(500);
      next = queue.take();
    }
    waits.push(clock.now() - before);
    queue.failed(next);
    await clock.advance(10_000);
  }
  expect(waits).toEqual([1000, 4000, 10_000, 10_000, 10_000]);
});

test('a pod nobody woke is looked at after five minutes', async () => {
  queue.set(aPod('p'));
  queue.rejected(take(), on('Node/Add'));
  await clock.advance(301_000);
  expect(name(queue.take())).toBe('p');
});

test('a deleted pod is gone from wherever it was', () => {
  queue.set(aPod('active'));
  queue.delete('ns/active');
  expect(queue.take()).toBeUndefined();
  queue.set(aPod('waiting'));
  queue.rejected(take(), on('Node/Add'));
  queue.delete('ns/waiting');
  queue.happened('Node/Add');
  expect(queue.take()).toBeUndefined();
  expect(queue.size).toBe(0);
});

test('a change of its status does not bring a rejected pod back, a change of its labels does', () => {
  queue.set(aPod('p'));
  queue.rejected(take(), on('Node/Add'));
  queue.set(aPod('p', { status: { phase: 'Pending' } }));
  expect(queue.take()).toBeUndefined();
  queue.set(aPod('p', { labels: { a: 'b' } }));
  expect(name(queue.take())).toBe('p');
});
