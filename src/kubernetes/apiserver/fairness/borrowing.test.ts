import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import type { PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';
import type { RequestContext } from '../request.ts';
import { allocate } from './allocation.ts';
import { adjustLimits } from './borrowing.ts';
import { FlowMeter } from './flow-meter.ts';
import { limitsOf, maxSeatsPerRequest } from './level-limits.ts';
import { PriorityLevel } from './priority-level.ts';
import { RetryAfter } from './retry-after.ts';
import { SeatDemand } from './seat-demand.ts';

const QUEUING = { queues: 8, handSize: 2, queueLengthLimit: 50 };
const signal = new AbortController().signal;

function configuration(name: string, limited: object): PriorityLevelConfiguration {
  return { apiVersion: '', kind: '', metadata: { name }, spec: { type: 'Limited', limited } } as PriorityLevelConfiguration;
}

test('shares become seats, with what may be lent and borrowed', () => {
  const limits = limitsOf(
    [
      configuration('a', { nominalConcurrencyShares: 30, lendablePercent: 50 }),
      configuration('b', { nominalConcurrencyShares: 10, borrowingLimitPercent: 25 }),
    ],
    100,
  );
  expect(limits.get('a')).toEqual({ nominal: 75, lower: 37, upper: 175 });
  expect(limits.get('b')).toEqual({ nominal: 25, lower: 25, upper: 31 });
});

test('one request cannot have the whole level', () => {
  const limits = { nominal: 245, lower: 0, upper: 0 };
  expect(maxSeatsPerRequest(limits, { queues: 128, handSize: 6, queueLengthLimit: 50 })).toBe(37);
  expect(maxSeatsPerRequest({ ...limits, nominal: 5 }, { queues: 128, handSize: 6, queueLengthLimit: 50 })).toBe(1);
  expect(maxSeatsPerRequest(limits, undefined)).toBe(0);
});

test('everyone gets the same part of their target, as far as bounds allow', () => {
  const { seats, fairFraction } = allocate(30, [
    { target: 10, lower: 0, upper: 100 },
    { target: 20, lower: 0, upper: 15 },
    { target: 0, lower: 5, upper: 100 },
  ]);
  expect(seats.map((one) => Math.round(one * 100) / 100)).toEqual([10, 15, 5]);
  expect(fairFraction).toBeCloseTo(1);
});

test('demand is averaged over time and falls slowly', () => {
  const demand = new SeatDemand(0);
  demand.set(10, 0);
  demand.set(0, 5_000);
  expect(demand.endPeriod(10_000)).toEqual({ highWatermark: 10, average: 5, deviation: 5, smoothed: 10 });
  expect(demand.endPeriod(20_000)).toMatchObject({ highWatermark: 0, average: 0, smoothed: 9.77 });
});

test('a busy level borrows what an idle one may lend, and gives it back', async () => {
  const clock = new FakeClock();
  const of = (name: string, lower: number) =>
    new PriorityLevel(name, { limits: { nominal: 10, lower, upper: 20 }, queuing: QUEUING }, clock, 60_000);
  const [busy, idle] = [of('busy', 10), of('idle', 2)];
  const abort = new AbortController();
  const meter = new FlowMeter('busy', 'schema');
  const request = { info: { verb: 'get' }, signal: abort.signal } as RequestContext;
  for (let i = 0; i < 18; i++) {
    void busy.enter({ schema: 's', distinguisher: String(i), work: { initialSeats: 1, finalSeats: 0, extraMs: 0 }, request, meter });
  }
  expect([busy.executing, busy.waiting]).toEqual([10, 8]);
  await clock.advance(10_000);
  const { targets } = adjustLimits([busy, idle], clock.now());
  expect(targets.get('busy')).toBe(18);
  expect([busy.currentLimit, idle.currentLimit]).toEqual([18, 2]);
  expect([busy.executing, busy.waiting]).toEqual([18, 0]);
  for (const visit of [...busy.visits]) busy.leave(visit);
  for (let i = 0; i < 10; i++) {
    void idle.enter({
      schema: 's',
      distinguisher: String(i),
      work: { initialSeats: 1, finalSeats: 0, extraMs: 0 },
      request: { ...request, signal },
      meter,
    });
  }
  await clock.advance(10_000);
  adjustLimits([busy, idle], clock.now());
  await clock.advance(10_000);
  adjustLimits([busy, idle], clock.now());
  expect(idle.executing).toBe(10);
  expect(busy.currentLimit + idle.currentLimit).toBe(20);
});

test('an exempt level takes from the others what it uses', async () => {
  const clock = new FakeClock();
  const exempt = new PriorityLevel('exempt', { limits: { nominal: 0, lower: 0, upper: 0 }, exempt: true }, clock, 1);
  const other = new PriorityLevel('other', { limits: { nominal: 10, lower: 5, upper: 20 }, queuing: QUEUING }, clock, 1);
  const request = { info: { verb: 'get' }, signal } as RequestContext;
  const meter = new FlowMeter('exempt', 'schema');
  const work = { initialSeats: 3, finalSeats: 0, extraMs: 0 };
  void exempt.enter({ schema: 's', distinguisher: '', work, request, meter });
  adjustLimits([exempt, other], clock.now());
  expect([exempt.currentLimit, other.currentLimit]).toEqual([3, 7]);
});

test('the more are refused the longer they should stay away', () => {
  const retry = new RetryAfter();
  const said = [];
  for (let second = 100; second < 108; second++) {
    for (let i = 0; i < 20; i++) retry.refused(second * 1000);
    said.push(retry.seconds);
  }
  expect(said).toEqual([1, 2, 2, 4, 4, 4, 4, 8]);
  retry.refused(200_000);
  expect(retry.seconds).toBe(7);
});
