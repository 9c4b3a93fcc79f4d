import { formatTime } from '../../machinery/meta.ts';
import type { Pod, PodCondition } from '../generated/core-v1.ts';

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** The pod with a condition set, in its old place; it changed now unless its status is the same. Nothing of `pod` is changed. */
export function withPodCondition(pod: Pod, set: Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>, now: number): Pod {
  const present = podCondition(pod, set.type);
  const { generation } = pod.metadata;
  const condition: PodCondition = {
    ...set,
    ...(generation ? { observedGeneration: generation } : {}),
    lastProbeTime: null as never,
    lastTransitionTime: (present?.status === set.status && present.lastTransitionTime) || formatTime(now),
  };
  const before = pod.status?.conditions ?? [];
  const conditions = present ? before.map((other) => (other === present ? condition : other)) : [...before, condition];
  return { ...pod, metadata: { ...pod.metadata }, status: { ...pod.status, conditions } };
}

export function isReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** When a ready pod has been ready for `minReadySeconds`, in milliseconds since the epoch; undefined when it is not ready. */
export function availableAt(pod: Pod, minReadySeconds = 0): number | undefined {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  return ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 : undefined;
}

export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const at = availableAt(pod, minReadySeconds);
  return at !== undefined && at <= now;
}

/** Succeeded or Failed: its containers will not run again. */
export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Neither over nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && !isTerminating(pod);
}

/** Restarts of the app containers and of init containers that keep running. */
export function restartCount(pod: Pod): number {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return statuses.reduce((most, status) => Math.max(most, status.restartCount), 0);
}
