import type { Node, Pod } from '../../api/generated/core-v1.ts';
import { isTerminal } from '../../api/helpers/pods.ts';
import { nodes, pods } from '../../api/resources.ts';
import { formatTime, keyOf } from '../../machinery/meta.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext, ControllerDefinition } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { BY_NODE, indexByNode } from '../framework/pods-by-node.ts';

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
/** A node that is away this long is gone: it may only have been registering again. */
const QUARANTINE = 40_000;

export interface PodGcOptions {
  /** Ended pods kept in the cluster; the oldest beyond go. Default 12,500. */
  terminatedPodThreshold?: number;
}

/** Deletes pods that no kubelet will ever delete: of nodes that are gone, and ended ones when there are too many. */
export function podGcController({ terminatedPodThreshold = 12_500 }: PodGcOptions = {}): ControllerDefinition {
  const missingSince = new Map<string, number>();
  return defineController({
    name: 'pod-garbage-collector',
    primary: pods,
    watches: [
      watchOf(nodes, ({ next, previous }, cache) => {
        const name = (next ?? previous)?.metadata.name ?? '';
        if (next && !isOutOfService(next)) {
          missingSince.delete(name);
          return [];
        }
        return cache.byIndex(pods, BY_NODE, name).map(keyOf);
      }),
    ],
    prepare: indexByNode,

    async reconcile(key, context, signal) {
      const { cache, clock } = context;
      const pod = cache.get(pods, key);
      if (!pod) return done;
      const { nodeName } = pod.spec;
      if (!nodeName) {
        // Deleted before it was bound: nothing runs that would have to be stopped.
        if (pod.metadata.deletionTimestamp && !isTerminal(pod)) await remove(pod, undefined, context, signal);
        return done;
      }
      const node = cache.get(nodes, nodeName);
      if (node) {
        if (pod.metadata.deletionTimestamp && isOutOfService(node)) await remove(pod, 'node out of service', context, signal);
        else if (isTerminal(pod)) await keepWithinThreshold(terminatedPodThreshold, context, signal);
        return done;
      }
      const since = missingSince.get(nodeName) ?? clock.now();
      missingSince.set(nodeName, since);
      const left = since + QUARANTINE - clock.now();
      if (left > 0) return { after: left };
      await remove(pod, 'PodGC: node no longer exists', context, signal);
      return done;
    },
  });
}

function isOutOfService({ spec, status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return !ready && (spec?.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE);
}

/** Ends the pod at once; one that has not ended by itself is marked failed, so that its owner knows. */
async function remove(pod: Pod, why: string | undefined, { api, clock }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata;
  try {
    if (why && !isTerminal(pod)) {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByPodGC',
        message: why,
        lastTransitionTime: formatTime(clock.now()),
      };
      const patch = { status: { phase: 'Failed', conditions: [condition] } };
      await api.patch(pods, { namespace, name }, patch, { type: 'strategic', subresource: 'status' }, signal);
    }
    await api.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } }, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function keepWithinThreshold(threshold: number, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const { cache } = context;
  if (threshold <= 0 || cache.informer(pods).size <= threshold) return;
  const ended = cache.list(pods).filter((pod) => isTerminal(pod) && !pod.metadata.deletionTimestamp);
  const surplus = ended.length - threshold;
  if (surplus <= 0) return;
  ended.sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1));
  for (const pod of ended.slice(0, surplus)) await remove(pod, undefined, context, signal);
}
