import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.ts';
import { desiredWhenScaled, maximumWhenScaled } from './annotations.ts';
import type { Rollout, Scaling } from './rollout.ts';
import { allOf, allowance, availableOf, replicasOf, total, wantedOf } from './rollout.ts';

/** True where the Deployment was scaled since its ReplicaSets were. */
export function wasScaled({ deployment, fresh, old }: Rollout): boolean {
  const active = (fresh ? [...old, fresh] : old).filter((set) => replicasOf(set) > 0);
  return active.some((set) => {
    const desired = desiredWhenScaled(set);
    return desired !== undefined && desired !== wantedOf(deployment);
  });
}

/** Sizes after the Deployment was scaled: without a rollout on its way one set takes it all, else each its share. */
export function proportionalSizes(rollout: Rollout): Scaling[] {
  const { deployment, fresh, old } = rollout;
  const wanted = wantedOf(deployment);
  const only = activeOrLatest(rollout);
  if (only) return replicasOf(only) === wanted ? [] : [{ replicaSet: only, replicas: wanted }];
  const activeOld = old.filter((set) => replicasOf(set) > 0);
  if (fresh && isSaturated(deployment, fresh)) return activeOld.map((replicaSet) => ({ replicaSet, replicas: 0 }));
  return deployment.spec.strategy?.type === 'Recreate' ? [] : shares(rollout);
}

/** The one ReplicaSet with pods, or where none has any the newest. */
function activeOrLatest({ fresh, old }: Rollout): ReplicaSet | undefined {
  const all = fresh ? [...old, fresh] : old;
  const active = all.filter((set) => replicasOf(set) > 0);
  if (active.length === 0) return fresh ?? old.at(-1);
  return active.length === 1 ? active[0] : undefined;
}

function isSaturated(deployment: Deployment, fresh: ReplicaSet): boolean {
  const wanted = wantedOf(deployment);
  return replicasOf(fresh) === wanted && desiredWhenScaled(fresh) === wanted && availableOf(fresh) === wanted;
}

function shares(rollout: Rollout): Scaling[] {
  const { deployment } = rollout;
  const wanted = wantedOf(deployment);
  const active = allOf(rollout).filter((set) => replicasOf(set) > 0);
  const allowed = wanted > 0 ? wanted + allowance(deployment).surge : 0;
  const toAdd = allowed - total(active, replicasOf);
  // Larger sets first; of equal ones the newest grows and the oldest shrinks first.
  const age = new Map(active.map((set, index) => [set, toAdd > 0 ? -index : index]));
  active.sort((a, b) => replicasOf(b) - replicasOf(a) || (age.get(a) ?? 0) - (age.get(b) ?? 0));

  let added = 0;
  const sizes = active.map((replicaSet) => {
    const share = shareOf(replicaSet, deployment, toAdd, added);
    added += share;
    return { replicaSet, replicas: replicasOf(replicaSet) + share };
  });
  const [largest] = sizes;
  if (largest) largest.replicas = Math.max(largest.replicas + toAdd - added, 0);
  return sizes;
}

function shareOf(set: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (toAdd === 0 || toAdd === added) return 0;
  const share = fractionOf(set, deployment);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

/** By how much a set would change if it kept its part of the Deployment. */
function fractionOf(set: ReplicaSet, deployment: Deployment): number {
  const wanted = wantedOf(deployment);
  const size = replicasOf(set);
  if (wanted === 0) return -size;
  const before = maximumWhenScaled(set) || deployment.status?.replicas || size;
  return Math.round((size * (wanted + allowance(deployment).surge)) / before) - size;
}
