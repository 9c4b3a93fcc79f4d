import type { BoundPod } from '../pods/pod.ts';
import { isStaticPod } from '../pods/pod.ts';
import { podAmount } from '../resources/pod-resources.ts';

const CRITICAL_PRIORITY = 2_000_000_000;

export interface Candidate {
  pod: BoundPod;
  /** Bytes of memory in use. */
  usage: number;
}

/** Whom to evict first: who uses more than asked for, then lower priority, then the greatest excess. */
export function evictionOrder(candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ pod }) => !isStaticPod(pod) && (pod.spec.priority ?? 0) < CRITICAL_PRIORITY)
    .map((candidate) => ({ candidate, excess: candidate.usage - (podAmount(candidate.pod, 'requests', 'memory') ?? 0) }))
    .sort((a, b) => Number(b.excess > 0) - Number(a.excess > 0) || priority(a.candidate) - priority(b.candidate) || b.excess - a.excess)
    .map(({ candidate }) => candidate);
}

const priority = ({ pod }: Candidate) => pod.spec.priority ?? 0;
