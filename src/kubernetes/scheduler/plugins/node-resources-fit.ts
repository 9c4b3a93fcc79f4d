import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { fits, MAX_SCORE, rejects } from '../framework/plugin.ts';

const COMPARED = ['cpu', 'memory'] as const;

/** Rejects nodes without room for what the pod requests, and prefers those with most left. */
export const nodeResourcesFit = {
  name: 'NodeResourcesFit',
  wakesOn: ['Node/Add', 'Node/UpdateAllocatable', 'AssignedPod/Delete', 'AssignedPod/Update'],

  filter(pod, node) {
    const { reasons, hopeless } = shortages(pod, node);
    return reasons.length === 0 ? fits : rejects(reasons, { preemptionHelps: !hopeless });
  },

  score(pod, node) {
    let score = 0;
    for (const name of COMPARED) score += freeAfter(name, pod, node);
    return Math.floor(score / COMPARED.length);
  },
} satisfies FilterPlugin & ScorePlugin;

/** What the node has too little of; hopeless where even an empty node would not do. */
function shortages({ requests }: PodInfo, { allocatable, requested, pods }: NodeInfo): { reasons: string[]; hopeless: boolean } {
  const reasons: string[] = [];
  let hopeless = false;
  if (pods.size + 1 > (allocatable.pods ?? 0)) reasons.push('Too many pods');
  for (const name in requests) {
    const wanted = requests[name] ?? 0;
    const capacity = allocatable[name] ?? 0;
    if (wanted === 0 || wanted <= capacity - (requested[name] ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    if (wanted > capacity) hopeless = true;
  }
  return { reasons, hopeless };
}

/** The part of a resource that is left with the pod on the node, 0..100. */
function freeAfter(name: 'cpu' | 'memory', pod: PodInfo, node: NodeInfo): number {
  const capacity = node.allocatable[name] ?? 0;
  const used = node.weight[name] + pod.weight[name];
  return capacity === 0 || used > capacity ? 0 : Math.floor(((capacity - used) * MAX_SCORE) / capacity);
}
