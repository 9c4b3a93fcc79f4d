import type { Pod } from '../../api/generated/core-v1.ts';
import { isReady, podCondition, restartCount } from '../../api/helpers/pods.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * `count` of `candidates`, those that are missed least first: unassigned, pending, not ready, cheap, crowded on
 * their node (`neighbours` says with how many alike), ready for a shorter time, restarted more, younger.
 */
export function podsToDelete(candidates: readonly Pod[], count: number, neighbours: (pod: Pod) => number, now: number): Pod[] {
  if (count >= candidates.length) return [...candidates];
  const ranked = candidates.map((pod) => ({ pod, rank: rankOf(pod, neighbours(pod), now) }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

/** Compared from left to right; less goes first. */
function rankOf(pod: Pod, neighbours: number, now: number): number[] {
  const ready = isReady(pod);
  const readySince = ready ? time(podCondition(pod, 'Ready')?.lastTransitionTime, now) : 0;
  return [
    pod.spec.nodeName ? 1 : 0,
    PHASES[pod.status?.phase ?? 'Pending'] ?? 1,
    ready ? 1 : 0,
    deletionCost(pod),
    -neighbours,
    magnitude(now - readySince),
    -restartCount(pod),
    magnitude(now - time(pod.metadata.creationTimestamp, now)),
  ];
}

function compareRanks(a: number[], b: number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? '0';
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/** Ages of the same order count as equal, so that it is not always the youngest that goes. */
function magnitude(milliseconds: number): number {
  return milliseconds <= 0 ? 0 : Math.floor(Math.log2(milliseconds * 1e6));
}

function time(text: string | null | undefined, fallback: number): number {
  return text ? Date.parse(text) : fallback;
}
