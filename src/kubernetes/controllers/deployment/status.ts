import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../api/generated/apps-v1.ts';
import { formatTime } from '../../machinery/meta.ts';
import { conditionOf, withoutCondition } from '../framework/conditions.ts';
import type { Rollout } from './rollout.ts';
import { allOf, mayBeMissing, replicasOf, total, wantedOf } from './rollout.ts';

export const PROGRESSING = 'Progressing';
export const NEW_AVAILABLE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

/** 2^31-1, the default of the old API versions, means no deadline. */
export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2 ** 31 - 1;
}

/** A condition with the present one's times where it says the same. */
export function withDeploymentCondition(
  conditions: readonly DeploymentCondition[] | undefined,
  wanted: DeploymentCondition,
  now: number,
): DeploymentCondition[] {
  const present = conditionOf(conditions, wanted.type);
  if (present?.status === wanted.status && present.reason === wanted.reason) return [...(conditions ?? [])];
  const lastTransitionTime = present?.status === wanted.status ? present.lastTransitionTime : formatTime(now);
  return [...withoutCondition(conditions, wanted.type), { ...wanted, lastUpdateTime: formatTime(now), lastTransitionTime }];
}

/** The counts and the Available condition; progress is {@link withProgress}'s. */
export function countsOf(rollout: Rollout, now: number): DeploymentStatus {
  const { deployment, fresh } = rollout;
  const all = allOf(rollout);
  const available = total(all, ({ status }) => status?.availableReplicas ?? 0);
  const terminating = total(all, ({ status }) => status?.terminatingReplicas ?? 0);
  return {
    ...deployment.status,
    observedGeneration: deployment.metadata.generation,
    replicas: total(all, ({ status }) => status?.replicas ?? 0),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: total(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(total(all, replicasOf) - available, 0),
    terminatingReplicas: terminating,
    conditions: withDeploymentCondition(deployment.status?.conditions, availability(deployment, available), now),
  };
}

function availability(deployment: Deployment, available: number): DeploymentCondition {
  const type = 'Available';
  if (available >= wantedOf(deployment) - mayBeMissing(deployment)) {
    return { type, status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' };
  }
  return { type, status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' };
}

/** The status with what it says about the rollout's progress and about refused pods. */
export function withProgress(rollout: Rollout, status: DeploymentStatus, now: number): DeploymentStatus {
  const failure = replicaFailure(rollout);
  const conditions = failure
    ? withDeploymentCondition(status.conditions, failure, now)
    : withoutCondition(status.conditions, 'ReplicaFailure');
  return { ...status, conditions: progress(rollout, status, conditions, now) };
}

function progress(rollout: Rollout, status: DeploymentStatus, conditions: DeploymentCondition[], now: number): DeploymentCondition[] {
  const { deployment } = rollout;
  if (!hasDeadline(deployment)) return withoutCondition(conditions, PROGRESSING);
  const present = conditionOf(conditions, PROGRESSING);
  // A finished rollout stays finished while pods come and go.
  if (status.replicas === status.updatedReplicas && present?.reason === NEW_AVAILABLE) return conditions;
  const say = (state: string, reason: string, message: string): DeploymentCondition => {
    return { type: PROGRESSING, status: state, reason, message: `${subjectOf(rollout)} ${message}` };
  };
  if (isComplete(deployment, status)) {
    return withDeploymentCondition(conditions, say('True', NEW_AVAILABLE, 'has successfully progressed.'), now);
  }
  if (hasProgressed(deployment, status)) return moved(conditions, say('True', 'ReplicaSetUpdated', 'is progressing.'), now);
  if (isStuck(deployment, present, now)) {
    return withDeploymentCondition(conditions, say('False', TIMED_OUT, 'has timed out progressing.'), now);
  }
  return conditions;
}

/** Also when the reason stays: the update time is what the deadline is counted from. */
function moved(conditions: DeploymentCondition[], wanted: DeploymentCondition, now: number): DeploymentCondition[] {
  const present = conditionOf(conditions, wanted.type);
  const lastTransitionTime = present?.status === 'True' ? present.lastTransitionTime : formatTime(now);
  return [...withoutCondition(conditions, wanted.type), { ...wanted, lastUpdateTime: formatTime(now), lastTransitionTime }];
}

function subjectOf({ deployment, fresh }: Rollout): string {
  return fresh ? `ReplicaSet "${fresh.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
}

/** All pods are of the new template and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = wantedOf(deployment);
  return (
    status.updatedReplicas === wanted &&
    status.replicas === wanted &&
    status.availableReplicas === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed({ status: before = {} }: Deployment, after: DeploymentStatus): boolean {
  const of = (status: DeploymentStatus, field: 'updatedReplicas' | 'replicas' | 'readyReplicas' | 'availableReplicas') =>
    status[field] ?? 0;
  const oldPods = (status: DeploymentStatus) => of(status, 'replicas') - of(status, 'updatedReplicas');
  return (
    of(after, 'updatedReplicas') > of(before, 'updatedReplicas') ||
    oldPods(after) < oldPods(before) ||
    of(after, 'readyReplicas') > of(before, 'readyReplicas') ||
    of(after, 'availableReplicas') > of(before, 'availableReplicas')
  );
}

function isStuck(deployment: Deployment, present: DeploymentCondition | undefined, now: number): boolean {
  if (!present || present.reason === NEW_AVAILABLE) return false;
  return present.reason === TIMED_OUT || deadlineOf(deployment, present) < now;
}

function deadlineOf({ spec }: Deployment, { lastUpdateTime }: DeploymentCondition): number {
  return Date.parse(lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000;
}

/** In how many milliseconds a rollout that does not move will have missed its deadline. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const present = conditionOf(status.conditions, PROGRESSING);
  if (!present || !hasDeadline(deployment) || deployment.spec.paused) return undefined;
  if (present.reason === NEW_AVAILABLE || present.reason === TIMED_OUT || isComplete(deployment, status)) return undefined;
  // A second more: times are written in whole seconds.
  return Math.max(deadlineOf(deployment, present) - now, 0) + 1000;
}

function replicaFailure(rollout: Rollout): DeploymentCondition | undefined {
  const newestFirst = [rollout.fresh, ...rollout.old.toReversed()];
  for (const set of newestFirst) {
    const failure = conditionOf(set?.status?.conditions, 'ReplicaFailure');
    if (failure) return { type: 'ReplicaFailure', status: failure.status, reason: failure.reason, message: failure.message };
  }
  return undefined;
}
