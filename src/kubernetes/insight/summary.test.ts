import { expect, test } from 'vitest';
import { type Summary, SummaryReader } from './summary.ts';

const T = Date.parse('2030-01-01T00:00:00Z');
const SECOND = 1e9;

function summary(at: number, nodeSeconds: number, containerSeconds: number): Summary {
  const time = new Date(at).toISOString();
  const measured = (seconds: number) => ({
    cpu: { time, usageCoreNanoSeconds: seconds * SECOND },
    memory: { time, workingSetBytes: 1024 },
  });
  return {
    node: { nodeName: 'a', ...measured(nodeSeconds) },
    pods: [{ podRef: { name: 'web', namespace: 'default', uid: 'u' }, containers: [{ name: 'app', ...measured(containerSeconds) }] }],
  };
}

test('one summary is not enough to know a rate', () => {
  expect(new SummaryReader().read(summary(T, 100, 10), T)).toBeUndefined();
});

test('CPU is the difference of two counters over the time between them', () => {
  const reader = new SummaryReader();
  reader.read(summary(T, 100, 10), T);
  expect(reader.read(summary(T + 10_000, 105, 11), T + 10_000)).toEqual({
    node: 'a',
    at: T + 10_000,
    window: 10_000,
    cpu: 0.5,
    memory: 1024,
    pods: [{ namespace: 'default', name: 'web', containers: [{ name: 'app', cpu: 0.1, memory: 1024 }] }],
  });
});

test('a container that was started again is left out once', () => {
  const reader = new SummaryReader();
  reader.read(summary(T, 100, 10), T);
  expect(reader.read(summary(T + 10_000, 105, 0), T + 10_000)?.pods).toEqual([]);
  expect(reader.read(summary(T + 20_000, 110, 1), T + 20_000)?.pods).toHaveLength(1);
});
