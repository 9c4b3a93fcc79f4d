import type { Rejection, WakeEvent } from './plugin.ts';

/** Why a pod fits nowhere: per node what rejected it, or what rejected all nodes at once. */
export interface Diagnosis {
  nodeCount: number;
  byNode: Map<string, { plugin: string; rejection: Rejection }>;
  /** A plugin rejected every node before any was looked at. */
  everywhere?: { plugin: string; rejection: Rejection };
  wakesOn: Set<WakeEvent>;
}

/** Upstream's sentence: how many nodes there are, and how many were rejected for what. */
export function describeDiagnosis({ nodeCount, byNode, everywhere }: Diagnosis, after = ''): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const reasons = everywhere
    ? everywhere.rejection.reasons.join(', ')
    : countedReasons([...byNode.values()].map(({ rejection }) => rejection));
  return `0/${nodeCount} nodes are available: ${reasons}.${after ? ` ${after}` : ''}`;
}

/** `1 node(s) were unschedulable, 2 Insufficient cpu`. */
export function countedReasons(rejections: readonly Rejection[]): string {
  const counts = new Map<string, number>();
  for (const { reasons } of rejections) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}
