import type { Job, JobCondition, JobStatus } from '../../api/generated/batch-v1.ts';
import { isReady } from '../../api/helpers/pods.ts';
import { formatTime } from '../../machinery/meta.ts';
import { conditionOf, withCondition } from '../framework/conditions.ts';
import type { Outcome } from './outcome.ts';
import type { Tally } from './tracking.ts';

/** The numbers of pods that are not over, and the start of a Job that may run. */
export function withCounts(job: Job, { active, terminating }: Tally, now: number): JobStatus {
  const status: JobStatus = { ...job.status, active: active.length, ready: active.filter(isReady).length, terminating: terminating.length };
  if (!status.startTime && !job.spec.suspend) status.startTime = formatTime(now);
  if (active.length === 0) delete status.active;
  return status;
}

/** Whether the Job is suspended; said only once it ever was. */
export function withSuspension(job: Job, status: JobStatus, now: number): { status: JobStatus; news?: 'Suspended' | 'Resumed' } {
  const present = conditionOf(status.conditions, 'Suspended')?.status === 'True';
  const suspended = job.spec.suspend ?? false;
  if (present === suspended) return { status };
  const wanted: JobCondition = suspended
    ? { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
    : { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' };
  const conditions = withJobCondition(status.conditions, wanted, now);
  // A resumed Job's deadline starts anew.
  if (suspended) return { status: { ...status, conditions, startTime: undefined }, news: 'Suspended' };
  return { status: { ...status, conditions, startTime: formatTime(now) }, news: 'Resumed' };
}

/** Says first what will be, and once every pod has stopped, what is. */
export function withOutcome(status: JobStatus, outcome: Outcome, settled: boolean, now: number): JobStatus {
  const { reason, message } = outcome;
  const target = outcome.type === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet';
  let conditions = withJobCondition(status.conditions, { type: target, status: 'True', reason, message }, now);
  if (!settled) return { ...status, conditions };
  conditions = withJobCondition(conditions, { type: outcome.type, status: 'True', reason, message }, now);
  const completionTime = outcome.type === 'Complete' ? (status.completionTime ?? formatTime(now)) : undefined;
  return { ...status, conditions, ...(completionTime ? { completionTime } : {}) };
}

function withJobCondition(conditions: JobCondition[] | undefined, wanted: JobCondition, now: number): JobCondition[] {
  if (conditionOf(conditions, wanted.type)?.status === wanted.status) return conditions ?? [];
  return withCondition(conditions, { ...wanted, lastProbeTime: formatTime(now) }, now);
}
