import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.ts';
import { replicaSets } from '../../api/resources.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { revisionOf, withSizes } from './annotations.ts';
import type { Scaling } from './rollout.ts';
import { replicasOf } from './rollout.ts';

/** Gives a ReplicaSet its new size and tells so. */
export async function scale(
  deployment: Deployment,
  { replicaSet, replicas }: Scaling,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<ReplicaSet> {
  const before = replicasOf(replicaSet);
  const annotations = withSizes(replicaSet.metadata.annotations ?? {}, deployment);
  if (before === replicas && semanticallyEqual(annotations, replicaSet.metadata.annotations)) return replicaSet;
  const next = { ...replicaSet, metadata: { ...replicaSet.metadata, annotations }, spec: { ...replicaSet.spec, replicas } };
  const updated = await context.api.update(replicaSets, next, {}, signal);
  if (before !== replicas) tellScaled(deployment, replicaSet, before, replicas, context);
  return updated;
}

export function tellScaled(
  deployment: Deployment,
  { metadata }: ReplicaSet,
  before: number,
  after: number,
  { events }: ControllerContext,
): void {
  const direction = after > before ? 'up' : 'down';
  events.normal(deployment, 'ScalingReplicaSet', `Scaled ${direction} replica set ${metadata.name} from ${before} to ${after}`);
}

/** Deletes the ReplicaSets that are older than the Deployment wants to be able to go back to. */
export async function forgetOldest(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return;
  const kept = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  const surplus = kept.length - limit;
  if (surplus <= 0) return;
  const oldest = kept.sort((a, b) => (revisionOf(a) < revisionOf(b) ? -1 : 1)).slice(0, surplus);
  for (const set of oldest.filter(isIdle)) {
    const { namespace, name = '' } = set.metadata;
    await api.delete(replicaSets, { namespace, name }, {}, signal).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

/** It has and wants no pods, and its controller has seen that. */
function isIdle(set: ReplicaSet): boolean {
  return (
    replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0)
  );
}
