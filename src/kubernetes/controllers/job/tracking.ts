import type { Job, JobStatus } from '../../api/generated/batch-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';

/** Keeps a finished pod until the Job has counted it. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false;

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';

/** A pod that failed, or that will count as failed because its Job does not wait for it to end. */
export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded' && !onlyReplacesFailed(job);
}

/** With such a policy a pod that is going counts for what it was only when it is gone. */
export function onlyReplacesFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export const uidOf = ({ metadata }: Pod): string => metadata.uid ?? '';

/** What the Job's pods amount to. */
export interface Tally {
  active: Pod[];
  terminating: Pod[];
  /** Ended pods that are not in the counts of the status yet. */
  newSucceeded: Pod[];
  newFailed: Pod[];
  succeeded: number;
  failed: number;
}

/** Counts pods: those in the status's numbers, those noted there as uncounted, and those not noted yet. */
export function tally(job: Job, pods: readonly Pod[]): Tally {
  const status: JobStatus = job.status ?? {};
  const noted = new Set([...(status.uncountedTerminatedPods?.succeeded ?? []), ...(status.uncountedTerminatedPods?.failed ?? [])]);
  const isNew = (pod: Pod) => isTracked(pod) && !noted.has(uidOf(pod));
  const newSucceeded = pods.filter((pod) => pod.status?.phase === 'Succeeded' && isNew(pod));
  const newFailed = pods.filter((pod) => hasFailed(pod, job) && isNew(pod));
  const over = (pod: Pod) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  return {
    active: pods.filter((pod) => !over(pod) && !pod.metadata.deletionTimestamp),
    terminating: pods.filter((pod) => !over(pod) && pod.metadata.deletionTimestamp),
    newSucceeded,
    newFailed,
    succeeded: (status.succeeded ?? 0) + (status.uncountedTerminatedPods?.succeeded?.length ?? 0) + newSucceeded.length,
    failed: (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed?.length ?? 0) + newFailed.length,
  };
}
