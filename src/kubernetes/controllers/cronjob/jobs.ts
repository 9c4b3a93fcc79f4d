import type { CronJob, Job } from '../../api/generated/batch-v1.ts';
import { controllerReference } from '../../api/helpers/owners.ts';
import { cronJobs } from '../../api/resources.ts';
import { isFinished } from '../job/outcome.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** The Job of one run. Its name follows from the time, so that a run never happens twice. */
export function jobFor(cronJob: CronJob, at: number): Job {
  const { jobTemplate, timeZone } = cronJob.spec;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(at / 60_000)}`,
      namespace: cronJob.metadata.namespace,
      labels: { ...labels },
      annotations: { ...annotations, [SCHEDULED_AT]: zonedTime(at, timeZone) },
      creationTimestamp: undefined,
      ownerReferences: [controllerReference(cronJobs, cronJob)],
    },
    spec: structuredClone(jobTemplate.spec),
  };
}

/** RFC 3339 with the zone's offset. */
function zonedTime(at: number, timeZone = 'UTC'): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const offset =
    part('timeZoneName')
      .replace('GMT', '')
      .replace(/^[+-]00:00$/, '') || 'Z';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}${offset}`;
}

/** Finished Jobs beyond the numbers to be kept, oldest first. */
export function surplusJobs({ spec }: CronJob, owned: readonly Job[]): Job[] {
  const ended = (type: string) =>
    owned
      .filter((job) => isFinished(job)?.type === type)
      .sort((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : 1));
  const beyond = (jobs: Job[], limit: number) => jobs.slice(0, Math.max(jobs.length - limit, 0));
  return [...beyond(ended('Complete'), spec.successfulJobsHistoryLimit ?? 3), ...beyond(ended('Failed'), spec.failedJobsHistoryLimit ?? 1)];
}
