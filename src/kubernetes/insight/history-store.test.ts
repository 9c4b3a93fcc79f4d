import { expect, test } from 'vitest';
import { HistoryStore } from './history-store.ts';
import { MinuteStore } from './minute-store.ts';
import { nodeSeries, podSeries } from './series.ts';

const START = 1_900_000_020;
const MINUTE = 60;
const HOUR = 3_600;
const node = { kind: 'node', name: 'a' } as const;

/** Measures node `a` every 10 seconds for so long; its CPU is the number of the minute. */
function measure(store: HistoryStore, from: number, seconds: number): number {
  for (let at = from; at < from + seconds; at += 10) {
    store.add(nodeSeries('a'), at, { cpu: Math.floor((at - START) / MINUTE), memory: 1000 });
    store.flush(at);
  }
  return from + seconds;
}

test('the last hour comes as it was measured, gaps as null', () => {
  const store = new HistoryStore(new MinuteStore(':memory:'), 10);
  store.add(nodeSeries('a'), START, { cpu: 0.5, memory: 100 });
  store.add(nodeSeries('a'), START + 31, { cpu: 0.25, memory: 200 });
  expect(store.query(node, START + 40)).toEqual({
    step: 10,
    times: [START, START + 10, START + 20, START + 30],
    cpu: [0.5, null, null, 0.25],
    memory: [100, null, null, 200],
  });
});

test('only what is new', () => {
  const store = new HistoryStore(new MinuteStore(':memory:'), 10);
  const now = measure(store, START, 5 * MINUTE);
  expect(store.query({ ...node, since: now - 30 }, now).times).toEqual([now - 20, now - 10]);
});

test('more than an hour comes in minutes, and ends with what is not on disk yet', () => {
  const store = new HistoryStore(new MinuteStore(':memory:'), 10);
  const now = measure(store, START, 3 * HOUR);
  const { step, times, cpu } = store.query({ ...node, minutes: 24 * 60 }, now);
  expect(step).toBe(60);
  expect(times).toHaveLength(180);
  expect(cpu).toEqual(Array.from({ length: 180 }, (_, minute) => minute));
});

test('memory holds no more than an hour', () => {
  const store = new HistoryStore(new MinuteStore(':memory:'), 10);
  const now = measure(store, START, 3 * HOUR);
  expect(store.query({ ...node, minutes: 60 }, now).times).toHaveLength(360);
});

test('after a restart the hour before it is there, by minutes', () => {
  const minutes = new MinuteStore(':memory:');
  const restart = measure(new HistoryStore(minutes, 10), START, 30 * MINUTE);
  const store = new HistoryStore(minutes, 10);
  const now = measure(store, restart + 60, 5 * MINUTE);
  const { times, cpu } = store.query(node, now);
  expect(times[0]).toBe(START);
  expect(cpu.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  expect(times.at(-1)).toBe(now - 10);
});

test('something never seen has no history', () => {
  const store = new HistoryStore(new MinuteStore(':memory:'), 10);
  expect(store.query({ kind: 'pod', namespace: 'default', name: 'web' }, START)).toEqual({ step: 10, times: [], cpu: [], memory: [] });
});

test('what is older than a day is forgotten', () => {
  const minutes = new MinuteStore(':memory:');
  minutes.add(START, [[podSeries('default', 'web'), { cpu: 1, memory: 1 }]]);
  minutes.prune(START + 1);
  expect(minutes.since(podSeries('default', 'web'), 0)).toEqual([]);
});
