import type { ClusterView } from '../cluster/cluster.ts';
import { withNode } from '../cluster/cluster.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { FilterPlugin, Plugin, Profile, ScorePlugin, Verdict } from './plugin.ts';
import { fits, isRejection, rejects, skip } from './plugin.ts';

/** Up to so many nodes every one is looked at; of more, enough to choose well. */
const ALWAYS_ENOUGH = 100;

export type Decision = { node: NodeInfo; feasible: number } | { node: undefined; diagnosis: Diagnosis };

/**
 * True where the pod fits a node even if pods that have a claim to room there come. Those of lower priority may
 * find that it took their place.
 */
export function fitsBesideNominated(profile: Profile, pod: PodInfo, node: NodeInfo, cluster: ClusterView): boolean {
  const others = [...cluster.nominatedTo(node.name)].filter(({ key, priority }) => key !== pod.key && priority >= pod.priority);
  if (others.length === 0) return true;
  const crowded = node.clone();
  for (const other of others) crowded.add(other);
  const filters = new PreparedFilters(profile, pod, withNode(cluster, crowded));
  return !filters.everywhere && filters.judge(crowded).verdict.fits;
}

/** Filters of one pod, prepared: only those with something to say. */
export class PreparedFilters {
  readonly #pod: PodInfo;
  readonly #active: { plugin: FilterPlugin; state: unknown }[] = [];
  /** What rejected every node at once. */
  readonly everywhere: Diagnosis['everywhere'];

  constructor(profile: Profile, pod: PodInfo, cluster: ClusterView) {
    this.#pod = pod;
    for (const plugin of profile.filters) {
      const state = plugin.preFilter?.(pod, cluster);
      if (state === skip) continue;
      if (isRejection(state)) {
        this.everywhere = { plugin: plugin.name, rejection: state };
        return;
      }
      this.#active.push({ plugin, state });
    }
  }

  /** The first rejection, or that the pod fits. */
  judge(node: NodeInfo): { plugin: FilterPlugin | undefined; verdict: Verdict } {
    for (const { plugin, state } of this.#active) {
      const verdict = plugin.filter(this.#pod, node, state);
      if (!verdict.fits) return { plugin, verdict };
    }
    return { plugin: undefined, verdict: fits };
  }
}

/** Where in the list of nodes the next pod starts looking, so that large clusters fill evenly. */
export class NodeRotation {
  #start = 0;

  *from(nodes: readonly NodeInfo[]): Iterable<NodeInfo> {
    for (let index = 0; index < nodes.length; index++) yield nodes[(this.#start + index) % nodes.length] as NodeInfo;
  }

  advance(looked: number, total: number): void {
    this.#start = total === 0 ? 0 : (this.#start + looked) % total;
  }
}

/** Finds the best node for a pod, or why there is none. */
export function findNode(profile: Profile, pod: PodInfo, cluster: ClusterView, rotation: NodeRotation): Decision {
  const diagnosis: Diagnosis = { nodeCount: cluster.nodeCount, byNode: new Map(), wakesOn: new Set() };
  if (cluster.nodeCount === 0) {
    diagnosis.wakesOn.add('Node/Add');
    return { node: undefined, diagnosis };
  }
  const filters = new PreparedFilters(profile, pod, cluster);
  if (filters.everywhere) {
    diagnosis.everywhere = filters.everywhere;
    wakeOn(
      diagnosis,
      profile.filters.find(({ name }) => name === filters.everywhere?.plugin),
    );
    return { node: undefined, diagnosis };
  }
  const feasible = nominated(pod, cluster, filters) ?? feasibleNodes({ profile, pod, cluster, filters, rotation }, diagnosis);
  if (feasible.length === 0) return { node: undefined, diagnosis };
  const [only] = feasible;
  if (only && feasible.length === 1) return { node: only, feasible: 1 };
  return { node: best(feasible, totalScores(profile, pod, feasible, cluster)), feasible: feasible.length };
}

const CLAIMED = {
  plugin: '',
  rejection: rejects('node(s) had room that is nominated to pods of higher priority', { preemptionHelps: false }),
};

/** A node that was cleared for the pod is taken without looking further. */
function nominated({ pod }: PodInfo, cluster: ClusterView, filters: PreparedFilters): NodeInfo[] | undefined {
  const node = cluster.node(pod.status?.nominatedNodeName ?? '');
  return node && filters.judge(node).verdict.fits ? [node] : undefined;
}

interface Search {
  profile: Profile;
  pod: PodInfo;
  cluster: ClusterView;
  filters: PreparedFilters;
  rotation: NodeRotation;
}

function feasibleNodes({ profile, pod, cluster, filters, rotation }: Search, diagnosis: Diagnosis): NodeInfo[] {
  const nodes = [...cluster.nodes()];
  const enough = enoughOf(nodes.length);
  const feasible: NodeInfo[] = [];
  let looked = 0;
  for (const node of rotation.from(nodes)) {
    looked += 1;
    const { plugin, verdict } = filters.judge(node);
    if (verdict.fits) {
      if (fitsBesideNominated(profile, pod, node, cluster)) feasible.push(node);
      else diagnosis.byNode.set(node.name, CLAIMED);
    } else {
      diagnosis.byNode.set(node.name, { plugin: plugin?.name ?? '', rejection: verdict });
      wakeOn(diagnosis, plugin);
    }
    if (feasible.length >= enough) break;
  }
  rotation.advance(looked, nodes.length);
  return feasible;
}

function wakeOn(diagnosis: Diagnosis, plugin: Plugin | undefined): void {
  for (const event of plugin?.wakesOn ?? []) diagnosis.wakesOn.add(event);
}

/** Half of a middling cluster, down to a twentieth of a huge one. */
function enoughOf(nodes: number): number {
  if (nodes <= ALWAYS_ENOUGH) return nodes;
  const percent = Math.max(50 - Math.floor(nodes / 125), 5);
  return Math.max(Math.floor((nodes * percent) / 100), ALWAYS_ENOUGH);
}

function totalScores(profile: Profile, pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView): number[] {
  const totals = nodes.map(() => 0);
  for (const { plugin, weight } of profile.scores) {
    const scores = scoresOf(plugin, pod, nodes, cluster);
    scores?.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + score * weight;
    });
  }
  return totals;
}

function scoresOf(plugin: ScorePlugin, pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView): number[] | undefined {
  const state = plugin.preScore?.(pod, nodes, cluster);
  if (state === skip) return undefined;
  const scores = nodes.map((node) => plugin.score(pod, node, state));
  return plugin.normalize ? plugin.normalize(scores, state, nodes) : scores;
}

/** Of equally good nodes any one, so that they fill evenly. */
function best(nodes: readonly NodeInfo[], scores: readonly number[]): NodeInfo {
  const highest = Math.max(...scores);
  const equals = nodes.filter((_, index) => scores[index] === highest);
  return equals[Math.floor(Math.random() * equals.length)] as NodeInfo;
}
