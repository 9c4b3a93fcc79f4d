import type { Pod } from '../../api/generated/core-v1.ts';
import { nodes, pods } from '../../api/resources.ts';
import { formatTime, keyOf } from '../../machinery/meta.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import type { ControllerContext, ControllerDefinition } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { BY_NODE, indexByNode } from '../framework/pods-by-node.ts';
import { evictionTime } from './eviction-time.ts';
import { TaintAges } from './taint-ages.ts';

/** Ends pods on nodes whose NoExecute taints they do not tolerate, or not any longer. */
export function taintEvictionController(): ControllerDefinition {
  const ages = new TaintAges();
  return defineController({
    name: 'taint-eviction',
    eventSource: 'taint-eviction-controller',
    primary: pods,
    watches: [
      watchOf(nodes, ({ next, previous }, cache, now) => {
        if (next) ages.observe(next, now);
        else ages.forget(previous?.metadata.name ?? '');
        if (!next || semanticallyEqual(next.spec?.taints, previous?.spec?.taints)) return [];
        return cache.byIndex(pods, BY_NODE, next.metadata.name ?? '').map(keyOf);
      }),
    ],
    prepare: indexByNode,

    async reconcile(key, context, signal) {
      const { cache, clock } = context;
      const pod = cache.get(pods, key);
      const node = pod?.spec.nodeName;
      if (!node || pod.metadata.deletionTimestamp) return done;
      const taints = cache.get(nodes, node)?.spec?.taints?.filter(({ effect }) => effect === 'NoExecute') ?? [];
      if (taints.length === 0) return done;
      const now = clock.now();
      const at = evictionTime(taints, pod.spec.tolerations ?? [], (taint) => ages.since(node, taint, now), now);
      if (at === undefined) return done;
      if (at > now) return { after: at - now };
      await evict(pod, context, signal);
      return done;
    },
  });
}

async function evict(pod: Pod, { api, clock, events }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: formatTime(clock.now()),
  };
  events.normal(pod, 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
  try {
    await api.patch(
      pods,
      { namespace, name },
      { status: { conditions: [condition] } },
      { type: 'strategic', subresource: 'status' },
      signal,
    );
    await api.delete(pods, { namespace, name }, { preconditions: { uid } }, signal);
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
