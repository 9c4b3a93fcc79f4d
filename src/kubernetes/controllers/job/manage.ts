import type { Job } from '../../api/generated/batch-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { isReady } from '../../api/helpers/pods.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { createPod, deletePod } from '../framework/pod-control.ts';
import { slowStart } from '../framework/slow-start.ts';
import { firstFreeIndexes, indexOf } from './indexes.ts';
import type { IndexState } from './outcome.ts';
import { jobPod } from './pods.ts';
import type { Tally } from './tracking.ts';
import { isIndexed, onlyReplacesFailed } from './tracking.ts';

const MAX_AT_ONCE = 500;

/** How many pods should run now. */
export function wantedActive(job: Job, counts: Tally, indexes: IndexState): number {
  const { parallelism = 1, completions } = job.spec;
  if (job.spec.suspend) return 0;
  if (completions === undefined) return counts.succeeded > 0 ? counts.active.length : parallelism;
  const over = isIndexed(job) ? indexes.succeeded.size + indexes.failed.size : counts.succeeded;
  return Math.max(Math.min(completions - over, parallelism), 0);
}

/** Starts or ends pods until there are as many as wanted; `delay` is how long failures keep new ones back. */
export async function manage(
  job: Job,
  counts: Tally,
  indexes: IndexState,
  failures: ReadonlyMap<number, number>,
  delay: number,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const wanted = wantedActive(job, counts, indexes);
  const doomed = surplus(job, counts, indexes, wanted);
  await Promise.all(doomed.map((pod) => deletePod(pod, job, context, signal)));
  const blocked = onlyReplacesFailed(job) ? counts.terminating.length : 0;
  const missing = Math.min(wanted - (counts.active.length - doomed.length) - blocked, MAX_AT_ONCE);
  if (missing <= 0 || delay > 0) return;
  const free = isIndexed(job) ? freeIndexes(job, counts, indexes, missing) : undefined;
  await slowStart(free?.length ?? missing, async (position) => {
    const index = free?.[position];
    await createPod(jobPod(job, index, index === undefined ? 0 : (failures.get(index) ?? 0)), job, context, signal);
  });
}

function freeIndexes(job: Job, { active, terminating }: Tally, { succeeded, failed }: IndexState, missing: number): number[] {
  const busy = [...active, ...(onlyReplacesFailed(job) ? terminating : [])].map(indexOf).filter((index) => index !== undefined);
  return firstFreeIndexes(missing, job.spec.completions ?? 0, new Set([...busy, ...succeeded, ...failed]));
}

/** Pods too many: those with an index that is over or taken twice, then those least far on. */
function surplus(job: Job, { active }: Tally, { succeeded, failed }: IndexState, wanted: number): Pod[] {
  const doomed = new Set<Pod>();
  if (isIndexed(job)) {
    const seen = new Set<number>();
    for (const pod of active) {
      const index = indexOf(pod);
      const idle =
        index === undefined || index >= (job.spec.completions ?? 0) || succeeded.has(index) || failed.has(index) || seen.has(index);
      if (idle) doomed.add(pod);
      else seen.add(index);
    }
  }
  const rest = active.filter((pod) => !doomed.has(pod)).sort((a, b) => progressOf(a) - progressOf(b));
  for (const pod of rest.slice(0, Math.max(rest.length - wanted, 0))) doomed.add(pod);
  return [...doomed];
}

function progressOf(pod: Pod): number {
  if (!pod.spec.nodeName) return 0;
  if (pod.status?.phase !== 'Running') return 1;
  return isReady(pod) ? 3 : 2;
}
