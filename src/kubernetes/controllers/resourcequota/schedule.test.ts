import { expect, test } from 'vitest';
import type { ResourceQuota } from '../../api/generated/core-v1.ts';
import { CountingSchedule } from './schedule.ts';

const hard = { pods: '2' };
const quota = (counted: boolean): ResourceQuota => ({ metadata: { name: 'q' }, spec: { hard }, ...(counted ? { status: { hard } } : {}) });

test('a new quota is counted at once, and looked over when nobody charged it for a while', () => {
  const schedule = new CountingSchedule();
  schedule.changed('q', 0);
  expect(schedule.due('q', quota(false), 0)).toBe(0);
  schedule.counting('q', 0);
  schedule.changed('q', 10);
  expect(schedule.due('q', quota(true), 1000)).toBe(4010);
  schedule.changed('q', 3000);
  expect(schedule.due('q', quota(true), 5010)).toBe(2990);
});

test('a counting that a charge came in the way of waits as long as after any charge', () => {
  const schedule = new CountingSchedule();
  schedule.counting('q', 0);
  schedule.changed('q', 10);
  const undo = schedule.counting('q', 5010);
  undo();
  schedule.changed('q', 5011);
  expect(schedule.due('q', quota(true), 5020)).toBe(4991);
});

test('what was freed is counted at once, also when that did not work the first time', () => {
  const schedule = new CountingSchedule();
  schedule.counting('q', 0);
  schedule.freed('q');
  expect(schedule.due('q', quota(true), 20)).toBe(0);
  schedule.counting('q', 20)();
  expect(schedule.due('q', quota(true), 30)).toBe(0);
});
