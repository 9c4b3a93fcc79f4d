import type { Job } from '../../api/generated/batch-v1.ts';
import { jobs } from '../../api/resources.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import { defineController, done } from '../framework/controller.ts';
import { isFinished } from '../job/outcome.ts';

/** Deletes Jobs that finished as long ago as they say they should be kept. */
export const ttlAfterFinishedController = defineController({
  name: 'ttl-after-finished',
  primary: jobs,

  async reconcile(key, { cache, api, clock }, signal) {
    const job = cache.get(jobs, key);
    const expiry = job && !job.metadata.deletionTimestamp ? expiryOf(job) : undefined;
    if (!job || expiry === undefined) return done;
    const left = expiry - clock.now();
    if (left > 0) return { after: left };
    const { namespace, name = '', uid } = job.metadata;
    try {
      await api.delete(jobs, { namespace, name }, { propagationPolicy: 'Foreground', preconditions: { uid } }, signal);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    return done;
  },
});

function expiryOf(job: Job): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const finishedAt = isFinished(job)?.lastTransitionTime;
  if (ttlSecondsAfterFinished === undefined || !finishedAt) return undefined;
  return Date.parse(finishedAt) + ttlSecondsAfterFinished * 1000;
}
