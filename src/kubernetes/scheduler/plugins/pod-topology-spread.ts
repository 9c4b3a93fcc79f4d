import type { Pod, TopologySpreadConstraint } from '../../api/generated/core-v1.ts';
import { matchesNodeAffinity } from '../../api/helpers/node-affinity.ts';
import { keepsPodsOut, untoleratedTaint } from '../../api/helpers/tolerations.ts';
import type { Selector } from '../../machinery/selectors.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import type { ClusterView } from '../cluster/cluster.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { FilterPlugin, ScorePlugin } from '../framework/plugin.ts';
import { fits, MAX_SCORE, rejects, skip } from '../framework/plugin.ts';

/** A constraint, ready to be matched. */
interface Constraint {
  topologyKey: string;
  maxSkew: number;
  minDomains: number;
  selector: Selector;
  honoursAffinity: boolean;
  honoursTaints: boolean;
}

interface CountedConstraint extends Constraint {
  /** Matching pods by the topology's values, of the nodes that count. */
  counts: Map<string, number>;
  /** The pod itself is one of the pods it spreads. */
  countsItself: boolean;
}

interface ScoreState {
  constraints: (CountedConstraint & { weight: number })[];
  /** Nodes that lack a topology key: they score nothing. */
  ignored: Set<string>;
}

/** What of a pod's workload the default constraints spread: undefined where it belongs to none. */
export type DefaultSelector = (pod: Pod) => Selector | undefined;

const HOSTNAME = 'kubernetes.io/hostname';
const DEFAULTS = [
  { topologyKey: HOSTNAME, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
];
const MISMATCH = "node(s) didn't match pod topology spread constraints";

/** Spreads pods over nodes, zones and the like: as they say themselves, or else the pods of a Service or workload softly. */
export function podTopologySpread(defaultSelector: DefaultSelector) {
  return {
    name: 'PodTopologySpread',
    wakesOn: ['Node/Add', 'Node/UpdateLabel', 'Node/UpdateTaint', 'AssignedPod/Add', 'AssignedPod/Update', 'AssignedPod/Delete'],

    preFilter(pod: PodInfo, cluster: ClusterView): CountedConstraint[] | typeof skip {
      const constraints = constraintsOf(pod.pod, 'DoNotSchedule');
      if (constraints.length === 0) return skip;
      const eligible = (node: NodeInfo) => constraints.every(({ topologyKey }) => node.labels[topologyKey] !== undefined);
      return constraints.map((constraint) => counted(constraint, pod, cluster.nodes(), eligible));
    },

    filter(_: PodInfo, node: NodeInfo, constraints: CountedConstraint[]) {
      for (const { topologyKey, maxSkew, minDomains, counts, countsItself } of constraints) {
        const value = node.labels[topologyKey];
        if (value === undefined) return rejects(`${MISMATCH} (missing required label)`, { preemptionHelps: false });
        const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
        if ((counts.get(value) ?? 0) + (countsItself ? 1 : 0) - least > maxSkew) return rejects(MISMATCH);
      }
      return fits;
    },

    preScore(pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView): ScoreState | typeof skip {
      const own = constraintsOf(pod.pod, 'ScheduleAnyway');
      const byDefault = !pod.pod.spec.topologySpreadConstraints?.length;
      const constraints = byDefault ? defaultConstraints(pod.pod, defaultSelector) : own;
      return constraints.length === 0 ? skip : scoreState(constraints, byDefault, pod, nodes, cluster);
    },

    score(_: PodInfo, node: NodeInfo, { constraints, ignored }: ScoreState) {
      if (ignored.has(node.name)) return 0;
      let score = 0;
      for (const { topologyKey, counts, weight, maxSkew } of constraints) {
        const value = node.labels[topologyKey];
        if (value !== undefined) score += (counts.get(value) ?? 0) * weight + (maxSkew - 1);
      }
      return Math.round(score);
    },

    normalize(scores: number[], { ignored }: ScoreState, nodes: readonly NodeInfo[]) {
      const counting = scores.filter((_, index) => !ignored.has(nodes[index]?.name ?? ''));
      const low = Math.min(...counting);
      const high = Math.max(...counting);
      return scores.map((score, index) => {
        if (ignored.has(nodes[index]?.name ?? '')) return 0;
        return high === 0 ? MAX_SCORE : Math.floor((MAX_SCORE * (high + low - score)) / high);
      });
    },
  } satisfies FilterPlugin<CountedConstraint[]> & ScorePlugin<ScoreState>;
}

function constraintsOf({ spec, metadata }: Pod, action: TopologySpreadConstraint['whenUnsatisfiable']): Constraint[] {
  const wanted = (spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
  return wanted.map((constraint) => ({
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    selector: selectorFrom(withLabelKeys(constraint, metadata.labels ?? {})),
    honoursAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honoursTaints: (constraint.nodeTaintsPolicy ?? 'Ignore') === 'Honor',
  }));
}

function withLabelKeys(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  labels: Record<string, string>,
): TopologySpreadConstraint['labelSelector'] {
  const present = matchLabelKeys.filter((key) => labels[key] !== undefined);
  if (present.length === 0) return labelSelector;
  const added = present.map((key) => ({ key, operator: 'In' as const, values: [labels[key] ?? ''] }));
  return { ...labelSelector, matchExpressions: [...(labelSelector?.matchExpressions ?? []), ...added] };
}

function defaultConstraints(pod: Pod, defaultSelector: DefaultSelector): Constraint[] {
  const selector = defaultSelector(pod);
  if (!selector || selector.empty) return [];
  return DEFAULTS.map((each) => ({ ...each, minDomains: 1, selector, honoursAffinity: true, honoursTaints: false }));
}

function counted(
  constraint: Constraint,
  { pod }: PodInfo,
  nodes: Iterable<NodeInfo>,
  eligible: (node: NodeInfo) => boolean,
): CountedConstraint {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const value = node.labels[constraint.topologyKey];
    if (value === undefined || !eligible(node) || !included(constraint, pod, node)) continue;
    counts.set(value, (counts.get(value) ?? 0) + countMatching(node, constraint.selector, pod.metadata.namespace));
  }
  return { ...constraint, counts, countsItself: constraint.selector.matches(pod.metadata.labels) };
}

/** Nodes the pod could not run on anyway count only where the constraint says so. */
function included({ honoursAffinity, honoursTaints }: Constraint, pod: Pod, { node }: NodeInfo): boolean {
  if (honoursAffinity && !matchesNodeAffinity(pod, node)) return false;
  return !honoursTaints || !untoleratedTaint(node.spec.taints?.filter(keepsPodsOut), pod.spec.tolerations);
}

function countMatching({ pods }: NodeInfo, selector: Selector, namespace: string | undefined): number {
  let count = 0;
  for (const { pod } of pods.values()) {
    const { metadata } = pod;
    if (metadata.namespace === namespace && !metadata.deletionTimestamp && selector.matches(metadata.labels)) count += 1;
  }
  return count;
}

function scoreState(
  constraints: Constraint[],
  byDefault: boolean,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  cluster: ClusterView,
): ScoreState {
  const complete = (node: NodeInfo) => constraints.every(({ topologyKey }) => node.labels[topologyKey] !== undefined);
  // By default a cluster without zones is spread over nodes all the same.
  const ignored = new Set(byDefault ? [] : nodes.filter((node) => !complete(node)).map(({ name }) => name));
  const feasible = nodes.filter(({ name }) => !ignored.has(name));
  return {
    ignored,
    constraints: constraints.map((constraint) => {
      const eligible = byDefault ? () => true : complete;
      const all = counted(constraint, pod, cluster.nodes(), eligible);
      const domains = new Set(feasible.map((node) => node.labels[constraint.topologyKey]).filter((value) => value !== undefined)).size;
      // More domains mean smaller differences: they weigh more.
      return { ...all, weight: Math.log(domains + 2) };
    }),
  };
}
