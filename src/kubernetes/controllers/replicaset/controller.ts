import type { ReplicaSet } from '../../api/generated/apps-v1.ts';
import type { Pod, ReplicationController } from '../../api/generated/core-v1.ts';
import { controllerOf } from '../../api/helpers/owners.ts';
import { isActive } from '../../api/helpers/pods.ts';
import { pods, replicaSets, replicationControllers } from '../../api/resources.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { Selector } from '../../machinery/selectors.ts';
import { selectorFrom, selectorFromLabels } from '../../machinery/selectors.ts';
import { claim } from '../framework/claim.ts';
import type { ControllerContext, ControllerDefinition } from '../framework/controller.ts';
import { defineController, done } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { createPod, deletePod, podFromTemplate } from '../framework/pod-control.ts';
import { slowStart } from '../framework/slow-start.ts';
import { podsToDelete } from './ranking.ts';
import type { ReplicaOwner } from './replica-owner.ts';
import type { ReplicaFailure } from './status.ts';
import { nextAvailability, replicaStatus } from './status.ts';

/** So many creations or deletions at a time, as upstream. */
const BURST = 500;

export const replicaSetController = replicaController({
  name: 'replicaset',
  primary: replicaSets,
  selectorOf: (replicaSet: ReplicaSet) => selectorFrom(replicaSet.spec.selector),
});

export const replicationController = replicaController({
  name: 'replicationcontroller',
  eventSource: 'replication-controller',
  primary: replicationControllers,
  selectorOf: (controller: ReplicationController) => selectorFromLabels(controller.spec?.selector),
});

interface ReplicaKind<T extends ReplicaOwner> {
  name: string;
  eventSource?: string;
  primary: ResourceType<T>;
  selectorOf(owner: T): Selector;
}

/** Keeps as many pods as an object asks for. */
function replicaController<T extends ReplicaOwner>({ name, eventSource, primary, selectorOf }: ReplicaKind<T>): ControllerDefinition {
  return defineController<T>({
    name,
    eventSource,
    primary,
    owned: [pods],
    adopts: (owner, labels) => selectorOf(owner).matches(labels),

    async reconcile(key, context, signal) {
      const owner = context.cache.get(primary, key);
      if (!owner) return done;
      const selector = selectorOf(owner);
      if (selector.empty) return done;
      const claimed = await claim({ type: pods, owner, ownerType: primary, selector }, context, signal);
      const attempt = owner.metadata.deletionTimestamp ? {} : await manage(owner, primary, claimed, context, signal);
      // Read again: what was just created or deleted counts.
      const now = context.clock.now();
      const current = context.cache.ownedBy(pods, owner).filter((pod) => selector.matches(pod.metadata.labels));
      const status = replicaStatus(owner, current, attempt.failure, now);
      if (!semanticallyEqual(status, owner.status)) await context.api.updateStatus(primary, { ...owner, status }, {}, signal);
      if (attempt.error) throw attempt.error;
      return { after: nextAvailability(current, owner.spec.minReadySeconds, now) };
    },
  });
}

interface Attempt {
  failure?: ReplicaFailure;
  error?: unknown;
}

/** Creates or deletes pods until there are as many as wanted. */
async function manage(
  owner: ReplicaOwner,
  ownerType: ResourceType,
  claimed: readonly Pod[],
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Attempt> {
  const active = claimed.filter(isActive);
  const missing = (owner.spec.replicas ?? 1) - active.length;
  try {
    if (missing > 0) {
      await slowStart(Math.min(missing, BURST), async () => {
        await createPod(podFromTemplate(owner.spec.template, owner, ownerType), owner, context, signal);
      });
    } else if (missing < 0) {
      const doomed = podsToDelete(active, Math.min(-missing, BURST), neighboursIn(owner, ownerType, context), context.clock.now());
      await Promise.all(doomed.map((pod) => deletePod(pod, owner, context, signal)));
    }
    return {};
  } catch (error) {
    if (signal.aborted) throw error;
    return { error, failure: { reason: missing > 0 ? 'FailedCreate' : 'FailedDelete', message: (error as Error).message } };
  }
}

/** How many active pods of the same Deployment share a pod's node. */
function neighboursIn(owner: ReplicaOwner, ownerType: ResourceType, { cache }: ControllerContext): (pod: Pod) => number {
  const manager = controllerOf(owner);
  const siblings = manager
    ? cache.list(ownerType, owner.metadata.namespace).filter((each) => controllerOf(each)?.uid === manager.uid)
    : [owner];
  const counts = new Map<string, number>();
  for (const pod of siblings.flatMap((sibling) => cache.ownedBy(pods, sibling))) {
    const { nodeName } = pod.spec;
    if (nodeName && isActive(pod)) counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  }
  return (pod) => counts.get(pod.spec.nodeName ?? '') ?? 0;
}
