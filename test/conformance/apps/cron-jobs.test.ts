// Conformance: "CronJob should schedule multiple jobs concurrently", "... should not schedule jobs when suspended", "... should not
// schedule new jobs when ForbidConcurrent", "... should replace jobs when ReplaceConcurrent".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { templateOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const cronJob = (name: string, concurrencyPolicy: string) => ({
  metadata: { name },
  spec: {
    schedule: '*/1 * * * ?',
    suspend: true,
    concurrencyPolicy,
    jobTemplate: { spec: { template: templateOf({ restartPolicy: 'OnFailure', containers: [{ run: 'sleep 300' }] }) } },
  },
});

const path = (space: ApiSpace, name?: string) => space.in('batch/v1', 'cronjobs', name);
const HOUR = 3_600_000;
const timeAgo = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString().replace(/\.\d+Z/, 'Z');

/** Lets it run as one that has missed its time: what it missed last it makes good at once. */
async function start(space: ApiSpace, name: string): Promise<void> {
  await space.patch('merge', `${path(space, name)}/status`, { status: { lastScheduleTime: timeAgo(HOUR) } });
  await space.patch('merge', path(space, name), { spec: { suspend: false } });
}

const active = async (space: ApiSpace, name: string): Promise<string[]> =>
  ((await space.get(path(space, name))).status.active ?? []).map((job: Anything) => job.name);

const jobsOf = async (space: ApiSpace, cron: string): Promise<Anything[]> =>
  (await space.get(space.in('batch/v1', 'jobs'))).items.filter(({ metadata }: Anything) => metadata.ownerReferences?.[0].name === cron);

apiBehaviour(
  'what is due while its Job still runs: another one beside it, none, or one in its place; none when suspended',
  async (space) => {
    for (const [name, policy] of [
      ['allow', 'Allow'],
      ['forbid', 'Forbid'],
      ['replace', 'Replace'],
      ['suspended', 'Allow'],
    ] as const) {
      await space.create(path(space), cronJob(name, policy));
    }
    const running = ['allow', 'forbid', 'replace'];
    for (const name of running) await start(space, name);
    const first: Record<string, string> = {};
    for (const name of running) {
      await eventually(async () => expect(await active(space, name)).toHaveLength(1), 20);
      [first[name]] = (await active(space, name)) as [string];
      const [job] = await jobsOf(space, name);
      expect(job.metadata).toMatchObject({
        name: first[name],
        annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': expect.any(String) },
      });
    }

    // The next minute comes for all of them.
    await eventually(async () => expect((await active(space, 'allow')).length).toBeGreaterThanOrEqual(2), 75);
    await eventually(async () => {
      expect(await active(space, 'replace')).toHaveLength(1);
      expect(await active(space, 'replace')).not.toContain(first.replace);
      expect((await jobsOf(space, 'replace')).map(({ metadata }) => metadata.name)).not.toContain(first.replace);
    }, 30);
    await eventually(async () => {
      const { items } = await space.get(space.core('events'));
      const told = items.filter(({ involvedObject }: Anything) => involvedObject.name === 'forbid').map(({ reason }: Anything) => reason);
      expect(told).toContain('JobAlreadyActive');
    }, 30);
    expect(await active(space, 'forbid')).toEqual([first.forbid]);
    expect((await jobsOf(space, 'forbid')).map(({ metadata }) => metadata.name)).toEqual([first.forbid]);
    expect(await active(space, 'suspended')).toEqual([]);
    expect(await jobsOf(space, 'suspended')).toEqual([]);
    for (const name of [...running, 'suspended']) await space.delete(path(space, name), { propagationPolicy: 'Background' });
    await eventually(async () => expect((await space.get(space.in('batch/v1', 'jobs'))).items).toEqual([]));
  },
);
