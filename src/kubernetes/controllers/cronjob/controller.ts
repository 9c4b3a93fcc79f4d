import type { CronJob, CronJobStatus, Job } from '../../api/generated/batch-v1.ts';
import type { ObjectReference } from '../../api/generated/core-v1.ts';
import { cronJobs, jobs } from '../../api/resources.ts';
import { referenceTo } from '../../client/events.ts';
import { formatTime } from '../../machinery/meta.ts';
import { isAlreadyExists, isNotFound } from '../../machinery/status.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { defineController, done } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { isNamespaceTerminating } from '../framework/namespace-terminating.ts';
import { isFinished } from '../job/outcome.ts';
import { jobFor, surplusJobs } from './jobs.ts';
import { Schedule } from './schedule.ts';

/** CronJobs make a Job whenever their schedule says so. */
export const cronJobController = defineController({
  name: 'cronjob',
  primary: cronJobs,
  owned: [jobs],

  async reconcile(key, context, signal) {
    const cronJob = context.cache.get(cronJobs, key);
    if (!cronJob) return done;
    const owned = context.cache.ownedBy(jobs, cronJob);
    for (const job of surplusJobs(cronJob, owned)) await removeJob(job, context, signal);
    const status = withActive(cronJob, owned, context);
    const { result, status: next } = cronJob.metadata.deletionTimestamp
      ? { result: done, status }
      : await run(cronJob, owned, status, context, signal);
    if (!semanticallyEqual(next, cronJob.status)) await context.api.updateStatus(cronJobs, { ...cronJob, status: next }, {}, signal);
    return result;
  },
});

/** The status with the Jobs that still run; tells of those that ended. */
function withActive(cronJob: CronJob, owned: readonly Job[], { events }: ControllerContext): CronJobStatus {
  const before = cronJob.status?.active ?? [];
  let { lastSuccessfulTime } = cronJob.status ?? {};
  for (const job of owned) {
    const end = isFinished(job);
    const completed = end?.type === 'Complete' ? job.status?.completionTime : undefined;
    if (completed && (!lastSuccessfulTime || completed > lastSuccessfulTime)) lastSuccessfulTime = completed;
    if (end && before.some(({ uid }) => uid === job.metadata.uid)) {
      events.normal(cronJob, 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${end.type}`);
    }
  }
  const active = owned.filter((job) => !isFinished(job)).map(activeReference);
  return { ...cronJob.status, active: active.length > 0 ? active : undefined, ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}) };
}

const activeReference = (job: Job): ObjectReference => referenceTo({ ...job, apiVersion: 'batch/v1', kind: 'Job' });

interface Turn {
  result: Result;
  status: CronJobStatus;
}

/** Makes the Job that is due, if the CronJob's rules allow, and says when the next is. */
async function run(
  cronJob: CronJob,
  owned: readonly Job[],
  status: CronJobStatus,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Turn> {
  const { clock, events } = context;
  if (cronJob.spec.suspend) return { result: done, status };
  const schedule = scheduleOf(cronJob, context);
  if (!schedule) return { result: done, status };
  const now = clock.now();
  const next = schedule.next(now);
  const result: Result = next === undefined ? done : { after: next - now + 100 };
  const due = dueTime(cronJob, schedule, now, context);
  if (due === undefined) return { result, status };
  const active = owned.filter((job) => !isFinished(job));
  if (cronJob.spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    events.normal(cronJob, 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
    return { result, status };
  }
  if (cronJob.spec.concurrencyPolicy === 'Replace') for (const job of active) await removeJob(job, context, signal);
  const made = await makeJob(cronJob, due, context, signal);
  const kept = cronJob.spec.concurrencyPolicy === 'Replace' ? [] : (status.active ?? []);
  const others = kept.filter(({ uid }) => uid !== made?.metadata.uid);
  return {
    result,
    status: { ...status, active: made ? [...others, activeReference(made)] : status.active, lastScheduleTime: formatTime(due) },
  };
}

function scheduleOf(cronJob: CronJob, { events }: ControllerContext): Schedule | undefined {
  const { schedule, timeZone } = cronJob.spec;
  try {
    return new Schedule(schedule, timeZone);
  } catch (error) {
    const reason = /time ?zone/i.test((error as Error).message) ? 'UnknownTimeZone' : 'UnparseableSchedule';
    events.warning(cronJob, reason, `unparseable schedule: ${JSON.stringify(schedule)} : ${(error as Error).message}`);
    return undefined;
  }
}

/** The run that should have been started by now and was not. */
function dueTime(cronJob: CronJob, schedule: Schedule, now: number, { events }: ControllerContext): number | undefined {
  const { startingDeadlineSeconds } = cronJob.spec;
  const since = Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? '');
  const { at, many } = schedule.lastMissed(
    startingDeadlineSeconds === undefined ? since : Math.max(since, now - startingDeadlineSeconds * 1000),
    now,
  );
  if (many) {
    const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    events.warning(cronJob, 'TooManyMissedTimes', `too many missed start times. ${advice}`);
  }
  if (at !== undefined || startingDeadlineSeconds === undefined) return at;
  const missed = schedule.lastMissed(since, now).at;
  if (missed !== undefined) {
    events.warning(
      cronJob,
      'MissSchedule',
      `Missed scheduled time to start a job: ${new Date(missed).toUTCString().replace('GMT', '+0000')}`,
    );
  }
  return undefined;
}

async function makeJob(cronJob: CronJob, due: number, { api, events }: ControllerContext, signal: AbortSignal): Promise<Job | undefined> {
  try {
    const made = await api.create(jobs, jobFor(cronJob, due), {}, signal);
    events.normal(cronJob, 'SuccessfulCreate', `Created job ${made.metadata.name}`);
    return made;
  } catch (error) {
    // Made before the status said so.
    if (isAlreadyExists(error)) return undefined;
    if (!isNamespaceTerminating(error)) events.warning(cronJob, 'FailedCreate', `Error creating job: ${(error as Error).message}`);
    throw error;
  }
}

async function removeJob({ metadata: { namespace, name = '' } }: Job, { api }: ControllerContext, signal: AbortSignal): Promise<void> {
  await api.delete(jobs, { namespace, name }, { propagationPolicy: 'Background' }, signal).catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}
