import type { ReplicaSet } from '../../api/generated/apps-v1.ts';
import type { Rollout, Scaling } from './rollout.ts';
import { allOf, availableOf, freshReplicas, mayBeMissing, replicasOf, total, wantedOf } from './rollout.ts';

/** The next step of a rolling update: more of the new, or else fewer of the old. */
export function nextRollingStep(rollout: Rollout): Scaling[] {
  const { fresh } = rollout;
  if (!fresh) return [];
  const replicas = freshReplicas(rollout);
  if (replicas !== replicasOf(fresh)) return [{ replicaSet: fresh, replicas }];
  return fewerOld(rollout, fresh);
}

function fewerOld(rollout: Rollout, fresh: ReplicaSet): Scaling[] {
  const active = rollout.old.filter((set) => replicasOf(set) > 0);
  if (active.length === 0) return [];
  const floor = wantedOf(rollout.deployment) - mayBeMissing(rollout.deployment);
  const freshUnavailable = replicasOf(fresh) - availableOf(fresh);
  const spare = total(allOf(rollout), replicasOf) - floor - freshUnavailable;
  if (spare <= 0) return [];
  const sizes = new Map(active.map((set) => [set, replicasOf(set)]));
  // What does not run anyway can go first; it would only hold up the update.
  shrink(sizes, spare, (set, size) => size - availableOf(set));
  const spareAvailable = total(allOf(rollout), availableOf) - floor;
  shrink(sizes, spareAvailable, (_, size) => size);
  return [...sizes].filter(([set, size]) => size !== replicasOf(set)).map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
}

/** Takes at most `budget` pods from `sizes`, from the oldest on, of each at most what `removable` says. */
function shrink(sizes: Map<ReplicaSet, number>, budget: number, removable: (set: ReplicaSet, size: number) => number): void {
  let left = budget;
  for (const [set, size] of sizes) {
    const taken = Math.min(left, Math.max(removable(set, size), 0), size);
    if (taken <= 0) continue;
    sizes.set(set, size - taken);
    left -= taken;
  }
}

/** Before the new pods come every old one has to go. */
export function nextRecreateStep({ old }: Rollout): Scaling[] {
  return old.filter((set) => replicasOf(set) > 0).map((replicaSet) => ({ replicaSet, replicas: 0 }));
}
