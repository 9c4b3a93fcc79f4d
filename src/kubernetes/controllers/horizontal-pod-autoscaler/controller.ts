import { describeError } from '../../../base/errors.ts';
import { horizontalPodAutoscalers, pods } from '../../api/resources.ts';
import { defineController, done } from '../framework/controller.ts';
import { DiscoveredKinds } from './discovered-kinds.ts';
import { SelectorsInUse } from './selectors-in-use.ts';
import { type Memory, Sync } from './sync.ts';

/** Metrics change by themselves: autoscalers are looked at this often, whatever happens to them. */
const PERIOD = 15_000;

/** Scales what autoscalers name to what their metrics ask for. */
export function horizontalPodAutoscalerController() {
  const memory: Memory = { kinds: new DiscoveredKinds(), histories: new Map(), selectors: new SelectorsInUse() };
  const lookedAt = new Map<string, number>();

  return defineController({
    name: 'horizontal-pod-autoscaler',
    eventSource: 'horizontal-pod-autoscaler',
    primary: horizontalPodAutoscalers,
    needs: [pods],

    async reconcile(key, context, signal) {
      const autoscaler = context.cache.get(horizontalPodAutoscalers, key);
      if (!autoscaler) {
        for (const forgotten of [memory.histories, memory.selectors, lookedAt]) forgotten.delete(key);
        return done;
      }
      const now = context.clock.now();
      const due = (lookedAt.get(key) ?? -PERIOD) + PERIOD;
      if (due > now) return { after: due - now };
      lookedAt.set(key, now);
      try {
        await new Sync(autoscaler, memory, context).run(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        // Told in the status and by events; the next look comes as soon as any.
        context.log.debug({ key, error: describeError(error) }, 'not scaled');
      }
      return { after: PERIOD };
    },
  });
}
