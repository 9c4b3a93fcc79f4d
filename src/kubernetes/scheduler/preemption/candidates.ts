import { podCondition } from '../../api/helpers/pods.ts';
import type { ClusterView } from '../cluster/cluster.ts';
import { withNode } from '../cluster/cluster.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Diagnosis } from '../framework/diagnosis.ts';
import { countedReasons } from '../framework/diagnosis.ts';
import { PreparedFilters } from '../framework/find-node.ts';
import type { Profile, Rejection } from '../framework/plugin.ts';
import { rejects } from '../framework/plugin.ts';

/** A node on which a pod would fit without `victims`. */
export interface Candidate {
  node: NodeInfo;
  victims: PodInfo[];
  /** How many of them a PodDisruptionBudget would rather keep. */
  violations: number;
}

/** True for a pod that must not be disrupted now. */
export type Protects = (pod: PodInfo) => boolean;

const UNHELPFUL = rejects('Preemption is not helpful for scheduling');
const NO_VICTIMS = rejects('No preemption victims found for incoming pod');
/** Enough to choose from; a large cluster need not be searched through. */
const MAX_CANDIDATES = 100;

/** Where the pod would fit if pods of lower priority went, or the sentence that says why nowhere. */
export function findCandidates(
  profile: Profile,
  pod: PodInfo,
  cluster: ClusterView,
  diagnosis: Diagnosis,
  isProtected: Protects,
): Candidate[] | string {
  const rejections: Rejection[] = [];
  const candidates: Candidate[] = [];
  for (const node of cluster.nodes()) {
    const helps = diagnosis.byNode.get(node.name)?.rejection.preemptionHelps ?? false;
    const candidate = helps ? candidateAt(node, profile, pod, cluster, isProtected) : undefined;
    if (candidate) candidates.push(candidate);
    else rejections.push(helps ? NO_VICTIMS : UNHELPFUL);
    if (candidates.length >= MAX_CANDIDATES) break;
  }
  if (candidates.length > 0) return candidates;
  return `0/${cluster.nodeCount} nodes are available: ${countedReasons(rejections)}.`;
}

function candidateAt(node: NodeInfo, profile: Profile, pod: PodInfo, cluster: ClusterView, isProtected: Protects): Candidate | undefined {
  const lower = [...node.pods.values()].filter(({ priority }) => priority < pod.priority);
  if (lower.length === 0) return undefined;
  const trial = node.clone();
  for (const { key } of lower) trial.remove(key);
  const fitsNow = () => {
    const filters = new PreparedFilters(profile, pod, withNode(cluster, trial));
    return !filters.everywhere && filters.judge(trial).verdict.fits;
  };
  if (!fitsNow()) return undefined;
  // Back come those that can stay: first the protected, then the more important.
  const victims: PodInfo[] = [];
  const guarded = new Set(lower.filter(isProtected));
  lower.sort((a, b) => Number(guarded.has(b)) - Number(guarded.has(a)) || moreImportant(a, b));
  for (const each of lower) {
    trial.add(each);
    if (fitsNow()) continue;
    trial.remove(each.key);
    victims.push(each);
  }
  victims.sort(moreImportant);
  return victims.length === 0 ? undefined : { node, victims, violations: victims.filter((victim) => guarded.has(victim)).length };
}

function moreImportant(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startOf(a) - startOf(b);
}

function startOf({ pod }: PodInfo): number {
  const started = pod.status?.startTime ?? podCondition(pod, 'PodScheduled')?.lastTransitionTime;
  return started ? Date.parse(started) : Number.POSITIVE_INFINITY;
}

/** The candidate that hurts least. */
export function leastHarmful(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, each) => (compare(harmOf(each), harmOf(best)) < 0 ? each : best));
}

/** Compared from left to right: broken budgets, the most important victim, all together, how many, and how long they ran. */
function harmOf({ victims, violations }: Candidate): number[] {
  const priorities = victims.map(({ priority }) => priority);
  const highest = Math.max(...priorities);
  const oldest = Math.min(...victims.filter(({ priority }) => priority === highest).map(startOf));
  return [violations, highest, priorities.reduce((sum, priority) => sum + priority + 2 ** 31, 0), victims.length, -oldest];
}

function compare(a: number[], b: number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
