import { expect, test } from 'vitest';
import { FakeClock, settled } from '../../../../test/support/fake-clock.ts';
import type { Probe } from '../../api/generated/core-v1.ts';
import type { ProbeKind } from './probe-worker.ts';
import { ProbeWorker } from './probe-worker.ts';

/** `results`: what the probe finds, try by try (`r`: connection refused); the last repeats. */
function probing(kind: ProbeKind, probe: Probe, results: string, initial = kind === 'liveness') {
  const clock = new FakeClock();
  const tries: number[] = [];
  const verdicts: boolean[] = [];
  const began = clock.now();
  const worker = new ProbeWorker({
    kind,
    probe,
    clock,
    startedAt: began,
    initial,
    run: async () => {
      const found = results[Math.min(tries.length, results.length - 1)] ?? '+';
      tries.push((clock.now() - began) / 1000);
      return { result: found === '+' ? 'success' : 'failure', output: '', refused: found === 'r' };
    },
    onOutcome: () => {},
    onChange: () => verdicts.push(worker.passing),
  });
  worker.release();
  return { clock, tries, verdicts, worker };
}

test('waits for the initial delay, then tries every period', async () => {
  const { clock, tries } = probing('readiness', { initialDelaySeconds: 5, periodSeconds: 3 }, '+');
  await clock.advance(12_000);
  expect(tries).toEqual([5, 8, 11]);
});

test('readiness starts as not ready and follows what it finds', async () => {
  const { clock, verdicts, worker } = probing('readiness', { periodSeconds: 1, failureThreshold: 2 }, '-+--+');
  expect(worker.passing).toBe(false);
  await clock.advance(5_000);
  expect(verdicts).toEqual([true, false, true]);
});

test('liveness needs as many failures in a row as its threshold, then stops', async () => {
  const { clock, tries, verdicts } = probing('liveness', { periodSeconds: 1, failureThreshold: 3 }, '--+---');
  await clock.advance(20_000);
  expect(verdicts).toEqual([true, false]);
  expect(tries).toHaveLength(6);
});

test('startup ends with its first success', async () => {
  const { clock, tries, verdicts } = probing('startup', { periodSeconds: 1, failureThreshold: 30 }, '---+', false);
  await clock.advance(10_000);
  expect(verdicts).toEqual([true]);
  expect(tries).toHaveLength(4);
});

test('successes in a row may be demanded too', async () => {
  const { clock, verdicts, tries } = probing('readiness', { periodSeconds: 1, successThreshold: 3 }, '+');
  await clock.advance(1_500);
  expect(verdicts).toEqual([]);
  await clock.advance(1_000);
  expect([verdicts, tries.length]).toEqual([[true], 3]);
});

test('a stopped probe tries no more', async () => {
  const { clock, tries, worker } = probing('liveness', { periodSeconds: 1 }, '+');
  await clock.advance(1_500);
  worker[Symbol.dispose]();
  await clock.advance(5_000);
  await settled();
  expect(tries).toHaveLength(2);
});

test('a container that does not listen yet is asked again soon, for a while', async () => {
  const soon = probing('readiness', { periodSeconds: 10 }, 'rrr+');
  await soon.clock.advance(1_000);
  expect([soon.tries, soon.verdicts]).toEqual([[0, 0.1, 0.2, 0.3], [true]]);
  const never = probing('readiness', { periodSeconds: 10 }, 'r');
  await never.clock.advance(30_000);
  expect(never.tries.filter((at) => at > 5)).toEqual([15, 25]);
});

test('a liveness probe counts every refusal', async () => {
  const { clock, tries } = probing('liveness', { periodSeconds: 1, failureThreshold: 3 }, 'r');
  await clock.advance(20_000);
  expect(tries).toEqual([0, 1, 2]);
});
