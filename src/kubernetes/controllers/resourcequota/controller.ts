import type { ResourceQuota } from '../../api/generated/core-v1.ts';
import { parseAmounts, sameAmounts } from '../../api/quota/amounts.ts';
import { resourceQuotas } from '../../api/resources.ts';
import type { Change } from '../../client/informer.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { ControllerContext, ControllerDefinition } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { CountedObjects, evaluatorNamed } from './counted-objects.ts';
import { CountingSchedule } from './schedule.ts';
import { countedAs, usageOf } from './usage.ts';

/** Counts what is used of each quota: in full when it is new or something is freed; admission adds what is created. */
export function resourceQuotaController(): ControllerDefinition {
  const schedule = new CountingSchedule();
  let objects: CountedObjects | undefined;

  const objectsIn = (context: ControllerContext): CountedObjects => {
    objects ??= new CountedObjects((kind, change) => {
      for (const key of freedIn(kind, change, context)) {
        schedule.freed(key);
        context.enqueue(key);
      }
    });
    return objects;
  };

  return defineController({
    name: 'resourcequota',
    primary: resourceQuotas,
    watches: [
      watchOf(resourceQuotas, ({ next, previous }, _cache, now) => {
        const key = keyOf((next ?? previous) as ResourceQuota);
        if (next) schedule.changed(key, now);
        else schedule.forget(key);
        return [];
      }),
    ],

    async reconcile(key, context, signal) {
      const quota = context.cache.get(resourceQuotas, key);
      if (!quota || quota.metadata.deletionTimestamp) return done;
      const wait = schedule.due(key, quota, context.clock.now());
      if (wait > 0) return { after: wait };
      // What is freed while we count has to be counted again.
      const undo = schedule.counting(key, context.clock.now());
      try {
        await count(quota, objectsIn(context), context, signal);
      } catch (error) {
        // Mostly because the quota was charged meanwhile: what it was charged for may not have been heard of here, so that
        // counting again at once would forget it.
        undo();
        throw error;
      }
      return { after: schedule.due(key, context.cache.get(resourceQuotas, key) ?? quota, context.clock.now()) };
    },
  });
}

async function count(quota: ResourceQuota, objects: CountedObjects, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const used = await usageOf(quota, objects, context, signal);
  const { hard } = quota.spec ?? {};
  const { status } = quota;
  const same = semanticallyEqual(hard, status?.hard) && sameAmounts(parseAmounts(used), parseAmounts(status?.used));
  if (same && (status?.used || Object.keys(used).length === 0)) return;
  await context.api.updateStatus(resourceQuotas, { ...quota, status: { hard: { ...hard }, used } }, {}, signal);
}

/** The quotas that count an object otherwise than before. New objects are charged by admission. */
function freedIn(kind: string, { next, previous }: Change<KubeObject>, { cache, clock }: ControllerContext): string[] {
  if (!previous) return [];
  const evaluator = evaluatorNamed(kind);
  const now = clock.now();
  const counts = (quota: ResourceQuota): boolean => {
    if (!Object.keys(quota.status?.hard ?? {}).some((name) => evaluator.measures(name))) return false;
    return !sameAmounts(countedAs(quota, evaluator, previous, now), countedAs(quota, evaluator, next, now));
  };
  return cache.list(resourceQuotas, previous.metadata.namespace).filter(counts).map(keyOf);
}
