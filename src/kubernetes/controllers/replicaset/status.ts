import type { ReplicaSetCondition, ReplicaSetStatus } from '../../api/generated/apps-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { availableAt, isActive, isAvailable, isReady, isTerminal } from '../../api/helpers/pods.ts';
import { selectorFromLabels } from '../../machinery/selectors.ts';
import { conditionOf, withCondition, withoutCondition } from '../framework/conditions.ts';
import type { ReplicaOwner } from './replica-owner.ts';

/** What a failed create or delete has the ReplicaFailure condition say. */
export interface ReplicaFailure {
  reason: 'FailedCreate' | 'FailedDelete';
  message: string;
}

export function replicaStatus(
  owner: ReplicaOwner,
  pods: readonly Pod[],
  failure: ReplicaFailure | undefined,
  now: number,
): ReplicaSetStatus {
  const active = pods.filter(isActive);
  const template = selectorFromLabels(owner.spec.template?.metadata?.labels);
  const minReadySeconds = owner.spec.minReadySeconds ?? 0;
  return {
    ...owner.status,
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => template.matches(pod.metadata.labels)).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    terminatingReplicas: pods.filter((pod) => pod.metadata.deletionTimestamp && !isTerminal(pod)).length,
    observedGeneration: owner.metadata.generation,
    conditions: conditionsFor(owner.status?.conditions, failure, now),
  };
}

function conditionsFor(
  present: ReplicaSetCondition[] | undefined,
  failure: ReplicaFailure | undefined,
  now: number,
): ReplicaSetCondition[] {
  if (failure) {
    return conditionOf(present, 'ReplicaFailure')
      ? (present ?? [])
      : withCondition(present, { type: 'ReplicaFailure', status: 'True', ...failure }, now);
  }
  return withoutCondition(present, 'ReplicaFailure');
}

/** In how many milliseconds the next ready pod will count as available. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number | undefined, now: number): number | undefined {
  if (!minReadySeconds) return undefined;
  const waits = pods.filter(isActive).map((pod) => (availableAt(pod, minReadySeconds) ?? now) - now);
  const coming = waits.filter((wait) => wait > 0);
  return coming.length > 0 ? Math.min(...coming) : undefined;
}
