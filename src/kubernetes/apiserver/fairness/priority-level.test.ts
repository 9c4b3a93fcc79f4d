import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import type { RequestContext } from '../request.ts';
import { FlowMeter } from './flow-meter.ts';
import { type LevelSettings, PriorityLevel } from './priority-level.ts';
import { deal } from './shuffle-sharding.ts';
import { type Arrival, Visit } from './visit.ts';

const QUEUING = { queues: 64, handSize: 1, queueLengthLimit: 2 };
const never = new AbortController().signal;
const meter = new FlowMeter('level', 'schema');

function levelOf(seats: number, clock: FakeClock, settings: Partial<LevelSettings> = {}): PriorityLevel {
  return new PriorityLevel('level', { limits: { nominal: seats, lower: seats, upper: seats }, ...settings }, clock, 1000);
}

function arrival(flow: string, { seats = 1, finalSeats = 0, extraMs = 0, signal = never } = {}): Arrival {
  const request = { info: { verb: 'list' }, signal } as RequestContext;
  return { schema: 'schema', distinguisher: flow, work: { initialSeats: seats, finalSeats, extraMs }, request, meter };
}

/** The names of requests in the order in which they were let in, or why they were not. */
function arrivals(level: PriorityLevel, clock: FakeClock) {
  const order: string[] = [];
  const visits: Visit[] = [];
  const enter = (flow: string, name: string, more = {}) => {
    const note = (answer: Visit | string) => {
      if (answer instanceof Visit) visits.push(answer);
      order.push(answer instanceof Visit ? name : `${name}: ${answer}`);
    };
    const answer = level.enter(arrival(flow, more));
    if (!(answer instanceof Promise)) return note(answer);
    void answer.then(note);
  };
  /** The one that was let in first is done. */
  const leave = async () => {
    await clock.advance(5);
    const first = visits.shift();
    if (first) level.leave(first);
    await clock.advance(0);
  };
  const leaveAll = async () => {
    await clock.advance(5);
    for (const visit of visits.splice(0)) level.leave(visit);
    await clock.advance(0);
  };
  return { order, enter, leave, leaveAll };
}

test('without queues what finds no seat is refused', async () => {
  const clock = new FakeClock();
  const { order, enter, leave } = arrivals(levelOf(1, clock), clock);
  enter('a', 'first');
  enter('a', 'second');
  await leave();
  enter('a', 'third');
  expect(order).toEqual(['first', 'second: concurrency-limit', 'third']);
});

test('a flow with many requests does not keep another waiting', async () => {
  const clock = new FakeClock();
  const { order, enter, leave } = arrivals(levelOf(1, clock, { queuing: QUEUING }), clock);
  for (const name of ['a1', 'a2', 'a3', 'a4']) enter('a', name);
  enter('b', 'b1');
  for (let left = 0; left < 4; left++) await leave();
  expect(order).toEqual(['a1', 'a4: queue-full', 'b1', 'a2', 'a3']);
});

test('seats count, not requests: a flow of lists is let in less often', async () => {
  const clock = new FakeClock();
  const level = levelOf(4, clock, { queuing: { ...QUEUING, queueLengthLimit: 50 } });
  const { order, enter, leaveAll } = arrivals(level, clock);
  enter('before', 'before', { seats: 4 });
  for (let i = 1; i <= 3; i++) enter('lists', `list${i}`, { seats: 4 });
  for (let i = 1; i <= 8; i++) enter('gets', `get${i}`);
  for (let round = 0; round < 12; round++) await leaveAll();
  expect(order.indexOf('list2')).toBeGreaterThan(order.indexOf('get4'));
  expect(order.indexOf('list1')).toBeLessThan(order.indexOf('get8'));
  expect(order).toHaveLength(12);
  expect(level.isIdle).toBe(true);
  expect(level.seatsInUse).toBe(0);
});

test('who waits too long, or goes away, leaves the queue', async () => {
  const clock = new FakeClock();
  const level = levelOf(1, clock, { queuing: QUEUING });
  const abort = new AbortController();
  const { order, enter } = arrivals(level, clock);
  enter('a', 'first');
  enter('a', 'patient');
  enter('a', 'gone', { signal: abort.signal });
  abort.abort();
  await clock.advance(1000);
  expect(order).toEqual(['first', 'gone: cancelled', 'patient: time-out']);
  expect(level.waiting).toBe(0);
  expect(level.totals).toEqual({ dispatched: 1, rejected: 2, timedOut: 1, cancelled: 1 });
});

test('a request for more seats than there are comes in when it is alone', async () => {
  const clock = new FakeClock();
  const { order, enter, leave } = arrivals(levelOf(2, clock, { queuing: QUEUING }), clock);
  enter('a', 'small');
  enter('b', 'large', { seats: 10 });
  expect(order).toEqual(['small']);
  await leave();
  expect(order).toEqual(['small', 'large']);
});

test('seats for telling watchers are kept for a while after the answer', async () => {
  const clock = new FakeClock();
  const level = levelOf(10, clock);
  const { enter, leave } = arrivals(level, clock);
  enter('a', 'write', { finalSeats: 5, extraMs: 20 });
  await leave();
  expect([level.executing, level.seatsInUse]).toEqual([0, 5]);
  await clock.advance(20);
  expect(level.seatsInUse).toBe(0);
});

test('an exempt level lets everyone in', () => {
  const clock = new FakeClock();
  const { order, enter } = arrivals(levelOf(0, clock, { exempt: true }), clock);
  for (const name of ['a', 'b', 'c']) enter('x', name);
  expect(order).toEqual(['a', 'b', 'c']);
});

test('more seats let in those who wait', async () => {
  const clock = new FakeClock();
  const level = levelOf(1, clock, { queuing: QUEUING });
  const { order, enter } = arrivals(level, clock);
  enter('a', 'first');
  enter('a', 'second');
  level.setCurrentLimit(2);
  await Promise.resolve();
  expect(order).toEqual(['first', 'second']);
});

test('a hand is dealt without repeats and always the same', () => {
  const hand = deal('system-nodes\0node-1', 128, 6);
  expect(new Set(hand).size).toBe(6);
  expect(Math.max(...hand)).toBeLessThan(128);
  expect(deal('system-nodes\0node-1', 128, 6)).toEqual(hand);
  expect(new Set(deal('a', 4, 4))).toEqual(new Set([0, 1, 2, 3]));
});
