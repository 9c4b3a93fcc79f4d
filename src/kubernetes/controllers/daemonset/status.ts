import type { DaemonSetStatus } from '../../api/generated/apps-v1.ts';
import { availableAt, isAvailable, isReady, isTerminal } from '../../api/helpers/pods.ts';
import { placement } from './placement.ts';
import type { DaemonState } from './plan.ts';
import { isCurrent } from './plan.ts';

export function daemonStatus(state: DaemonState, collisionCount: number | undefined): DaemonSetStatus {
  const { daemonSet, nodes, podsByNode, now } = state;
  const minReadySeconds = daemonSet.spec.minReadySeconds ?? 0;
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const node of nodes) {
    const daemonPods = (podsByNode.get(node.metadata.name ?? '') ?? []).filter((pod) => !isTerminal(pod));
    if (!placement(daemonSet, node).shouldRun) {
      if (daemonPods.length > 0) counts.misscheduled += 1;
      continue;
    }
    counts.desired += 1;
    if (daemonPods.length === 0) continue;
    counts.current += 1;
    const settled = daemonPods.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (settled.some(isReady)) counts.ready += 1;
    if (settled.some((pod) => isAvailable(pod, minReadySeconds, now))) counts.available += 1;
    if (daemonPods.some((pod) => isCurrent(pod, state))) counts.updated += 1;
  }
  return {
    ...daemonSet.status,
    desiredNumberScheduled: counts.desired,
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    numberReady: counts.ready,
    numberAvailable: counts.available,
    numberUnavailable: counts.desired - counts.available,
    updatedNumberScheduled: counts.updated,
    observedGeneration: daemonSet.metadata.generation,
    ...(collisionCount ? { collisionCount } : {}),
  };
}

/** In how many milliseconds a ready pod will count as available. */
export function nextAvailability({ daemonSet, podsByNode, now }: DaemonState): number | undefined {
  if (!daemonSet.spec.minReadySeconds) return undefined;
  const waits = [...podsByNode.values()].flat().map((pod) => (availableAt(pod, daemonSet.spec.minReadySeconds) ?? now) - now);
  const coming = waits.filter((wait) => wait > 0);
  return coming.length > 0 ? Math.min(...coming) : undefined;
}
