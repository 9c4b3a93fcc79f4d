import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { CronJob, Job } from '../../api/generated/batch-v1.ts';
import { cronJobs, jobs } from '../../api/resources.ts';
import { cronJobController } from './controller.ts';
import { Schedule } from './schedule.ts';

const tick = { namespace: 'ns', name: 'tick' };
const cronJob = (spec: Partial<CronJob['spec']> = {}): CronJob => ({
  metadata: { ...tick },
  spec: {
    schedule: '*/5 * * * *',
    jobTemplate: { metadata: { labels: { of: 'tick' } }, spec: { template: { spec: { containers: [] } } } },
    ...spec,
  },
});
const MINUTE = 60_000;

async function started(spec: Partial<CronJob['spec']> = {}) {
  const world = controllersOnFakes(cronJobController);
  await world.api.create(cronJobs, cronJob(spec));
  await world.settle();
  const names = async () => (await world.api.list(jobs)).items.map(({ metadata }) => metadata.name);
  const finish = async (job: Job | undefined, type: 'Complete' | 'Failed') => {
    const conditions = [{ type, status: 'True' }];
    await world.api.patch(
      jobs,
      { namespace: 'ns', name: job?.metadata.name ?? '' },
      { status: { conditions, startTime: job?.metadata.creationTimestamp } },
      { type: 'merge' },
    );
    await world.settle();
  };
  return Object.assign(world, { names, finish });
}

test('makes a Job at each of its times, named after the time', async () => {
  await using world = await started();
  expect(await world.names()).toEqual([]);
  await world.clock.advance(11 * MINUTE);
  const minutes = Date.parse('2030-01-01T00:00:00Z') / MINUTE;
  expect(await world.names()).toEqual([`tick-${minutes + 5}`, `tick-${minutes + 10}`]);
  const [job] = (await world.api.list(jobs)).items;
  expect(job?.metadata).toMatchObject({
    labels: { of: 'tick' },
    annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2030-01-01T00:05:00Z' },
    ownerReferences: [{ kind: 'CronJob', controller: true }],
  });
  const { status } = await world.api.get(cronJobs, tick);
  expect(status).toMatchObject({ lastScheduleTime: '2030-01-01T00:10:00Z' });
  expect(status?.active).toHaveLength(2);
});

test('Forbid waits for the Job before', async () => {
  await using world = await started({ concurrencyPolicy: 'Forbid' });
  await world.clock.advance(11 * MINUTE);
  expect(await world.names()).toHaveLength(1);
});

test('Replace ends the Job before', async () => {
  await using world = await started({ concurrencyPolicy: 'Replace' });
  await world.clock.advance(6 * MINUTE);
  const before = await world.names();
  await world.clock.advance(5 * MINUTE);
  const after = await world.names();
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
});

test('while suspended nothing happens', async () => {
  await using world = await started({ suspend: true });
  await world.clock.advance(30 * MINUTE);
  expect(await world.names()).toEqual([]);
});

test('keeps only so many finished Jobs', async () => {
  await using world = await started({ successfulJobsHistoryLimit: 1 });
  for (let round = 0; round < 3; round++) {
    await world.clock.advance(5 * MINUTE);
    await world.finish((await world.api.list(jobs)).items.at(-1), 'Complete');
  }
  expect(await world.names()).toHaveLength(1);
});

test.each([
  { name: 'the last of a few', schedule: '0 * * * *', at: '2030-01-01T05:00:00Z', many: false },
  { name: 'the last of very many', schedule: '* * * * *', at: '2030-01-01T05:30:00Z', many: true },
  { name: 'none', schedule: '0 0 1 2 *', at: undefined, many: false },
  { name: 'by a name', schedule: '@hourly', at: '2030-01-01T05:00:00Z', many: false },
])('missed times: $name', ({ schedule, at, many }) => {
  const missed = new Schedule(schedule, undefined).lastMissed(Date.parse('2030-01-01T00:00:00Z'), Date.parse('2030-01-01T05:30:00Z'));
  expect(missed).toEqual({ at: at && Date.parse(at), many });
});

test('a schedule is in its time zone', () => {
  const next = new Schedule('0 9 * * *', 'America/New_York').next(Date.parse('2030-01-01T00:00:00Z'));
  expect(new Date(next ?? 0).toISOString()).toBe('2030-01-01T14:00:00.000Z');
});
