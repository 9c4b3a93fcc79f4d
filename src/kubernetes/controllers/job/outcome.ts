import type { Job, JobCondition } from '../../api/generated/batch-v1.ts';
import { conditionOf } from '../framework/conditions.ts';
import { judgeFailure } from './failure-policy.ts';
import { indexOf, parseIndexes } from './indexes.ts';
import type { Tally } from './tracking.ts';
import { isIndexed } from './tracking.ts';

/** How a Job ends: the reason and message of its last condition. */
export interface Outcome {
  type: 'Complete' | 'Failed';
  reason: string;
  message: string;
}

/** Indexes of an Indexed Job that are over. */
export interface IndexState {
  succeeded: Set<number>;
  failed: Set<number>;
}

export function isFinished({ status }: Job): JobCondition | undefined {
  return (status?.conditions ?? []).find(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True');
}

const failedFor = (reason: string, message: string): Outcome => ({ type: 'Failed', reason, message });

/** Whether the Job is over, by its pods and its limits. */
export function outcomeOf(job: Job, counts: Tally, indexes: IndexState, now: number): Outcome | undefined {
  return decidedBefore(job) ?? failure(job, counts, indexes, now) ?? success(job, counts, indexes);
}

/** A Job that said how it will end ends that way, whatever comes. */
function decidedBefore({ status }: Job): Outcome | undefined {
  const failing = conditionOf(status?.conditions, 'FailureTarget');
  if (failing?.status === 'True') return failedFor(failing.reason ?? '', failing.message ?? '');
  const succeeding = conditionOf(status?.conditions, 'SuccessCriteriaMet');
  if (succeeding?.status === 'True') return { type: 'Complete', reason: succeeding.reason ?? '', message: succeeding.message ?? '' };
  return undefined;
}

function failure(job: Job, counts: Tally, indexes: IndexState, now: number): Outcome | undefined {
  for (const pod of counts.newFailed) {
    const { action, message = '' } = judgeFailure(job, pod);
    if (action === 'FailJob') return failedFor('PodFailurePolicy', message);
  }
  const { activeDeadlineSeconds, backoffLimit = 6, backoffLimitPerIndex, maxFailedIndexes } = job.spec;
  if (exceedsBackoffLimit(job, counts, backoffLimit))
    return failedFor('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  if (activeDeadlineSeconds !== undefined && !job.spec.suspend && elapsed(job, now) >= activeDeadlineSeconds * 1000) {
    return failedFor('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  if (!isIndexed(job) || backoffLimitPerIndex === undefined) return undefined;
  if (maxFailedIndexes !== undefined && indexes.failed.size > maxFailedIndexes) {
    return failedFor('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  const over = indexes.failed.size + indexes.succeeded.size >= (job.spec.completions ?? 0);
  return over && indexes.failed.size > 0 ? failedFor('FailedIndexes', 'Job has failed indexes') : undefined;
}

function exceedsBackoffLimit(job: Job, counts: Tally, limit: number): boolean {
  const ignored = counts.newFailed.filter((pod) => judgeFailure(job, pod).action === 'Ignore').length;
  const failures = counts.failed - ignored;
  if (failures > limit) return true;
  // Containers that are restarted in place count too.
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = counts.active
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

export function elapsed({ status }: Job, now: number): number {
  return status?.startTime ? now - Date.parse(status.startTime) : 0;
}

function success(job: Job, counts: Tally, indexes: IndexState): Outcome | undefined {
  const bySuccessPolicy = successPolicyMet(job, indexes);
  if (bySuccessPolicy) return { type: 'Complete', reason: 'SuccessPolicy', message: bySuccessPolicy };
  const { completions } = job.spec;
  const enough = isIndexed(job)
    ? indexes.succeeded.size >= (completions ?? 0)
    : completions === undefined
      ? counts.succeeded > 0 && counts.active.length === 0
      : counts.succeeded >= completions;
  return enough ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined;
}

function successPolicyMet({ spec }: Job, { succeeded }: IndexState): string | undefined {
  for (const [position, { succeededIndexes, succeededCount }] of (spec.successPolicy?.rules ?? []).entries()) {
    const wanted = succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes, spec.completions);
    const done = wanted ? [...wanted].filter((index) => succeeded.has(index)).length : succeeded.size;
    if (done >= (succeededCount ?? wanted?.size ?? Number.POSITIVE_INFINITY)) return `Matched rules at index ${position}`;
  }
  return undefined;
}

/** Indexes that are over, by the status and by pods not counted yet. */
export function indexState(job: Job, counts: Tally, failures: ReadonlyMap<number, number>): IndexState {
  const limit = job.spec.completions;
  const succeeded = parseIndexes(job.status?.completedIndexes, limit);
  const failed = parseIndexes(job.status?.failedIndexes, limit);
  if (!isIndexed(job)) return { succeeded, failed };
  for (const pod of counts.newSucceeded) addIndex(succeeded, indexOf(pod), limit);
  for (const pod of counts.newFailed) {
    const index = indexOf(pod);
    if (index === undefined || succeeded.has(index)) continue;
    const byPolicy = judgeFailure(job, pod).action === 'FailIndex';
    const { backoffLimitPerIndex } = job.spec;
    if (byPolicy || (backoffLimitPerIndex !== undefined && (failures.get(index) ?? 0) > backoffLimitPerIndex))
      addIndex(failed, index, limit);
  }
  return { succeeded, failed };
}

function addIndex(indexes: Set<number>, index: number | undefined, limit: number | undefined): void {
  if (index !== undefined && index < (limit ?? Number.POSITIVE_INFINITY)) indexes.add(index);
}
