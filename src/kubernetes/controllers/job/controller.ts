import type { Job, JobStatus } from '../../api/generated/batch-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { jobs, pods } from '../../api/resources.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { isNotFound } from '../../machinery/status.ts';
import { claim } from '../framework/claim.ts';
import type { ControllerContext, ControllerDefinition, Result } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { deletePod } from '../framework/pod-control.ts';
import { account, release } from './accounting.ts';
import { FailureBackoff } from './backoff.ts';
import { INDEX_FAILURE_COUNT, indexOf } from './indexes.ts';
import { manage } from './manage.ts';
import type { Outcome } from './outcome.ts';
import { elapsed, indexState, isFinished, outcomeOf } from './outcome.ts';
import { withCounts, withOutcome, withSuspension } from './status.ts';
import { isTracked, tally } from './tracking.ts';

const OUR_NAME = 'kubernetes.io/job-controller';

/** Jobs run pods until enough of them have succeeded. */
export function jobController(): ControllerDefinition {
  const backoff = new FailureBackoff();
  return defineController({
    name: 'job',
    primary: jobs,
    owned: [pods],
    adopts: (job, labels) => selectorFrom(job.spec.selector).matches(labels),
    watches: [
      // A pod whose Job is gone needs nobody to count it: it may go.
      watchOf(pods, ({ next }) => {
        const owner =
          next?.metadata.deletionTimestamp && isTracked(next)
            ? next.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === 'Job')
            : undefined;
        return owner ? [`${next?.metadata.namespace}/${owner.name}`] : [];
      }),
    ],

    async reconcile(key, context, signal) {
      const job = context.cache.get(jobs, key);
      if (!job) {
        backoff.forget(key);
        await releaseOrphans(key, context, signal);
        return done;
      }
      if ((job.spec.managedBy ?? OUR_NAME) !== OUR_NAME) return done;
      const claimed = await claim({ type: pods, owner: job, ownerType: jobs, selector: selectorFrom(job.spec.selector) }, context, signal);
      if (isFinished(job)) {
        backoff.forget(key);
        await Promise.all(claimed.filter(isTracked).map((pod) => release(pod, context, signal)));
        return done;
      }
      return progress(key, job, claimed, backoff, context, signal);
    },
  });
}

async function progress(
  key: string,
  job: Job,
  claimed: readonly Pod[],
  backoff: FailureBackoff,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Result> {
  const { clock } = context;
  const counts = tally(job, claimed);
  const failures = failuresByIndex(claimed);
  const indexes = indexState(job, counts, failures);
  const outcome = outcomeOf(job, counts, indexes, clock.now());
  backoff.count(key, counts.newSucceeded, counts.newFailed);
  const delay = backoff.remaining(key, clock.now());

  if (outcome) await Promise.all(counts.active.map((pod) => deletePod(pod, job, context, signal)));
  const accounted = await account(job, claimed, counts, indexes, context, signal);
  let failed: unknown;
  if (!outcome && !job.metadata.deletionTimestamp) {
    await manage(job, counts, indexes, failures, delay, context, signal).catch((error) => {
      failed = error;
    });
  }
  await writeStatus(job, accounted, outcome, context, signal);
  if (failed !== undefined) throw failed;
  return { after: nextTurn(job, delay, clock.now()) };
}

/** Failures of each index: what its pods say of those before them, and themselves. */
function failuresByIndex(jobPods: readonly Pod[]): Map<number, number> {
  const failures = new Map<number, number>();
  for (const pod of jobPods) {
    const index = indexOf(pod);
    if (index === undefined) continue;
    const before = Number(pod.metadata.annotations?.[INDEX_FAILURE_COUNT] ?? 0);
    const now = before + (pod.status?.phase === 'Failed' ? 1 : 0);
    failures.set(index, Math.max(failures.get(index) ?? 0, now));
  }
  return failures;
}

async function writeStatus(
  before: Job,
  accounted: Job,
  outcome: Outcome | undefined,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const { cache, clock, api, events } = context;
  const now = clock.now();
  const current = tally(accounted, cache.ownedBy(pods, accounted));
  const counted = withCounts(accounted, current, now);
  const settled = current.active.length + current.terminating.length === 0 && current.newSucceeded.length + current.newFailed.length === 0;
  const { status, news } = outcome ? { status: withOutcome(counted, outcome, settled, now) } : withSuspension(accounted, counted, now);
  if (semanticallyEqual(status, before.status)) return;
  await api.updateStatus(jobs, { ...accounted, status: status as JobStatus }, {}, signal);
  if (news) events.normal(before, news, news === 'Suspended' ? 'Job suspended' : 'Job resumed');
  if (outcome && settled) tellOutcome(before, outcome, context);
}

function tellOutcome(job: Job, { type, reason, message }: Outcome, { events }: ControllerContext): void {
  if (type === 'Complete') events.normal(job, 'Completed', 'Job completed');
  else events.warning(job, reason, message);
}

/** When time alone changes something: the deadline, or the end of the wait after a failure. */
function nextTurn(job: Job, delay: number, now: number): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  const waits = delay > 0 ? [delay] : [];
  if (activeDeadlineSeconds !== undefined && !suspend) waits.push(Math.max(activeDeadlineSeconds * 1000 - elapsed(job, now), 0));
  return waits.length > 0 ? Math.min(...waits) : undefined;
}

async function releaseOrphans(key: string, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const [namespace = '', name] = key.split('/');
  const orphans = context.cache.list(pods, namespace).filter((pod) => {
    return isTracked(pod) && pod.metadata.ownerReferences?.some((owner) => owner.controller && owner.kind === 'Job' && owner.name === name);
  });
  await Promise.all(
    orphans.map((pod) =>
      release(pod, context, signal).catch((error) => {
        if (!isNotFound(error)) throw error;
      }),
    ),
  );
}
