import type { ClusterView } from '../cluster/cluster.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { AffinityTerm, PodInfo, WeightedTerm } from '../cluster/pod-info.ts';
import { termMatches } from '../cluster/pod-info.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { fits, MAX_SCORE, rejects, skip } from '../framework/plugin.ts';

/** How often something was counted, by topology key and value. */
class TopologyCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  get empty(): boolean {
    return this.#counts.size === 0;
  }

  add(node: NodeInfo, key: string, weight: number): void {
    const value = node.labels[key];
    if (value === undefined || weight === 0) return;
    const counts = this.#counts.get(key) ?? new Map<string, number>();
    this.#counts.set(key, counts);
    counts.set(value, (counts.get(value) ?? 0) + weight);
  }

  at(node: NodeInfo, key: string): number {
    const value = node.labels[key];
    return value === undefined ? 0 : (this.#counts.get(key)?.get(value) ?? 0);
  }

  /** What all of the node's topologies count together. */
  sum(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#counts.keys()) sum += this.at(node, key);
    return sum;
  }

  /** True where some topology of the node counts something. */
  touches(node: NodeInfo): boolean {
    for (const key of this.#counts.keys()) if (this.at(node, key) > 0) return true;
    return false;
  }
}

interface FilterState {
  /** Where pods are that the pod wants to be with, all terms together. */
  wanted: TopologyCounts;
  /** Where pods are that the pod must not be with. */
  avoided: TopologyCounts;
  /** Where pods are that must not be with the pod. */
  avoiding: TopologyCounts;
  /** The pod satisfies its own terms: a first one of its kind may start anywhere. */
  likesItself: boolean;
}

const UNMET = {
  affinity: "node(s) didn't match pod affinity rules",
  anti: "node(s) didn't match pod anti-affinity rules",
  existing: "node(s) didn't satisfy existing pods anti-affinity rules",
};

/** Brings pods near to, or keeps them away from, the pods that they or these ask for. */
export const interPodAffinity = {
  name: 'InterPodAffinity',
  wakesOn: ['Node/Add', 'Node/UpdateLabel', 'AssignedPod/Add', 'AssignedPod/Update', 'AssignedPod/Delete', 'Namespace/Update'],

  preFilter(pod: PodInfo, cluster: ClusterView): FilterState | typeof skip {
    const avoiding = repelledFrom(pod, cluster);
    const asks = pod.affinity.length + pod.antiAffinity.length > 0;
    if (!asks && avoiding.empty) return skip;
    const likesItself = pod.affinity.every((term) => matches(term, pod, cluster));
    const state = { wanted: new TopologyCounts(), avoided: new TopologyCounts(), avoiding, likesItself };
    if (asks) countMatches(pod, cluster, state);
    return state;
  },

  filter(pod: PodInfo, node: NodeInfo, state: FilterState) {
    if (!affinityMet(pod, node, state)) return rejects(UNMET.affinity, { preemptionHelps: false });
    if (pod.antiAffinity.some((term) => state.avoided.at(node, term.topologyKey) > 0)) return rejects(UNMET.anti);
    if (state.avoiding.touches(node)) return rejects(UNMET.existing);
    return fits;
  },

  preScore(pod: PodInfo, _, cluster: ClusterView): TopologyCounts | typeof skip {
    const counts = preferences(pod, cluster);
    return counts.empty ? skip : counts;
  },

  score: (_, node, counts: TopologyCounts) => counts.sum(node),

  normalize(scores: number[]) {
    const low = Math.min(...scores);
    const range = Math.max(...scores) - low;
    return scores.map((score) => (range === 0 ? 0 : Math.floor((MAX_SCORE * (score - low)) / range)));
  },
} satisfies FilterPlugin<FilterState> & ScorePlugin<TopologyCounts>;

function repelledFrom(pod: PodInfo, cluster: ClusterView): TopologyCounts {
  const counts = new TopologyCounts();
  for (const node of cluster.nodes()) {
    for (const existing of node.repelling) {
      for (const term of existing.antiAffinity) if (matches(term, pod, cluster)) counts.add(node, term.topologyKey, 1);
    }
  }
  return counts;
}

function countMatches(pod: PodInfo, cluster: ClusterView, { wanted, avoided }: FilterState): void {
  for (const node of cluster.nodes()) {
    for (const existing of node.pods.values()) {
      if (existing.pod.metadata.deletionTimestamp) continue;
      // A pod is company only where it satisfies every term.
      if (pod.affinity.length > 0 && pod.affinity.every((term) => matches(term, existing, cluster))) {
        for (const term of pod.affinity) wanted.add(node, term.topologyKey, 1);
      }
      for (const term of pod.antiAffinity) if (matches(term, existing, cluster)) avoided.add(node, term.topologyKey, 1);
    }
  }
}

function affinityMet(pod: PodInfo, node: NodeInfo, { wanted, likesItself }: FilterState): boolean {
  if (pod.affinity.length === 0) return true;
  if (pod.affinity.some((term) => node.labels[term.topologyKey] === undefined)) return false;
  if (pod.affinity.every((term) => wanted.at(node, term.topologyKey) > 0)) return true;
  // The first of a group of pods that want each other has to start somewhere.
  return wanted.empty && likesItself;
}

/** What existing pods mean for the pod, and the pod for them, by their preferences. */
function preferences(pod: PodInfo, cluster: ClusterView): TopologyCounts {
  const counts = new TopologyCounts();
  const prefers = pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0;
  for (const node of cluster.nodes()) {
    for (const existing of prefers ? node.pods.values() : node.attracting) {
      weigh(pod.preferredAffinity, existing, 1, node, cluster, counts);
      weigh(pod.preferredAntiAffinity, existing, -1, node, cluster, counts);
      // A pod that requires such company is drawn to it with the least weight.
      for (const term of existing.affinity) if (matches(term, pod, cluster)) counts.add(node, term.topologyKey, 1);
      weigh(existing.preferredAffinity, pod, 1, node, cluster, counts);
      weigh(existing.preferredAntiAffinity, pod, -1, node, cluster, counts);
    }
  }
  return counts;
}

function weigh(
  terms: readonly WeightedTerm[],
  candidate: PodInfo,
  sign: 1 | -1,
  node: NodeInfo,
  cluster: ClusterView,
  counts: TopologyCounts,
): void {
  for (const term of terms) if (matches(term, candidate, cluster)) counts.add(node, term.topologyKey, sign * term.weight);
}

function matches(term: AffinityTerm, { pod }: PodInfo, cluster: ClusterView): boolean {
  return termMatches(term, pod, (namespace) => cluster.namespaceLabels(namespace));
}
