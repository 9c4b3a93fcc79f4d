import type { Job, JobStatus } from '../../api/generated/batch-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { jobs, pods } from '../../api/resources.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { judgeFailure } from './failure-policy.ts';
import { formatIndexes } from './indexes.ts';
import type { IndexState } from './outcome.ts';
import type { Tally } from './tracking.ts';
import { isIndexed, isTracked, TRACKING, uidOf } from './tracking.ts';

/**
 * Moves ended pods into the status's numbers so that each counts exactly once, whenever this is interrupted: first
 * their uids are written down, then their finalizers removed, and then the numbers go up and the uids go.
 */
export async function account(
  job: Job,
  jobPods: readonly Pod[],
  counts: Tally,
  indexes: IndexState,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Job> {
  const noted = await note(job, counts, indexes, context, signal);
  const { succeeded = [], failed = [] } = noted.status?.uncountedTerminatedPods ?? {};
  const uncounted = new Set([...succeeded, ...failed]);
  const ignored = counts.newFailed.filter((pod) => isIgnored(job, pod));
  const releasable = jobPods.filter(
    (pod) =>
      isTracked(pod) && (uncounted.has(uidOf(pod)) || ignored.includes(pod) || (isIndexed(job) && pod.status?.phase === 'Succeeded')),
  );
  await Promise.all(releasable.map((pod) => release(pod, context, signal)));
  if (uncounted.size === 0) return noted;
  const status: JobStatus = {
    ...noted.status,
    succeeded: isIndexed(job) ? indexes.succeeded.size : (noted.status?.succeeded ?? 0) + succeeded.length,
    failed: (noted.status?.failed ?? 0) + failed.length,
    uncountedTerminatedPods: {},
  };
  return { ...noted, status };
}

/** Failures that the policy tells to overlook are not counted at all. */
export function isIgnored(job: Job, pod: Pod): boolean {
  return judgeFailure(job, pod).action === 'Ignore';
}

async function note(
  job: Job,
  { newSucceeded, newFailed }: Tally,
  indexes: IndexState,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<Job> {
  const before = job.status?.uncountedTerminatedPods ?? {};
  // An index counts once, however many pods succeeded with it.
  const succeeded = [...(before.succeeded ?? []), ...(isIndexed(job) ? [] : newSucceeded.map(uidOf))];
  const failed = [...(before.failed ?? []), ...newFailed.filter((pod) => !isIgnored(job, pod)).map(uidOf)];
  const status: JobStatus = {
    ...job.status,
    uncountedTerminatedPods: { ...(succeeded.length ? { succeeded } : {}), ...(failed.length ? { failed } : {}) },
  };
  if (isIndexed(job)) {
    status.completedIndexes = formatIndexes(indexes.succeeded);
    status.succeeded = indexes.succeeded.size;
    if (job.spec.backoffLimitPerIndex !== undefined) status.failedIndexes = formatIndexes(indexes.failed);
  }
  const news = newSucceeded.length + newFailed.length > 0;
  return news ? api.updateStatus(jobs, { ...job, status }, {}, signal) : { ...job, status };
}

/** Lets a pod go. */
export async function release(pod: Pod, { api }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { namespace, name = '' } = pod.metadata;
  const patch = { metadata: { uid: uidOf(pod), '$deleteFromPrimitiveList/finalizers': [TRACKING] } };
  try {
    await api.patch(pods, { namespace, name }, patch, { type: 'strategic' }, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
