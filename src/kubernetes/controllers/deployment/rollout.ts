import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.ts';
import { scaled } from '../framework/int-or-percent.ts';

/** A Deployment and the ReplicaSets it controls. `fresh` has the current pod template. */
export interface Rollout {
  deployment: Deployment;
  fresh: ReplicaSet | undefined;
  /** Every other one, oldest first. */
  old: ReplicaSet[];
}

/** A ReplicaSet that should have another size. */
export interface Scaling {
  replicaSet: ReplicaSet;
  replicas: number;
}

export const wantedOf = ({ spec }: Deployment): number => spec.replicas ?? 1;
export const replicasOf = ({ spec }: ReplicaSet): number => spec.replicas ?? 1;
export const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
export const allOf = ({ fresh, old }: Rollout): ReplicaSet[] => (fresh ? [...old, fresh] : [...old]);
export const total = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number => sets.reduce((sum, set) => sum + of(set), 0);

/** How far a rolling update may go beyond and below the wanted number of pods. */
export function allowance({ spec }: Deployment): { surge: number; unavailable: number } {
  if (spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const wanted = spec.replicas ?? 1;
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, wanted, 'up');
  const unavailable = scaled(maxUnavailable, wanted, 'down');
  // With neither nothing could ever move.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** How many pods may be missing without the Deployment counting as unavailable. */
export function mayBeMissing(deployment: Deployment): number {
  return Math.min(allowance(deployment).unavailable, wantedOf(deployment));
}

/** How many pods the new ReplicaSet may have now. */
export function freshReplicas({ deployment, fresh, old }: Rollout): number {
  const wanted = wantedOf(deployment);
  if (deployment.spec.strategy?.type === 'Recreate') return wanted;
  const current = fresh ? replicasOf(fresh) : 0;
  if (current >= wanted) return wanted;
  const room = wanted + allowance(deployment).surge - current - total(old, replicasOf);
  return room <= 0 ? current : current + Math.min(room, wanted - current);
}
