import type { Pod } from '../../api/generated/core-v1.ts';
import type { ClusterView } from '../cluster/cluster.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';

/** Changes in the cluster that may make a rejected pod fit. */
export type WakeEvent =
  | 'Node/Add'
  | 'Node/UpdateLabel'
  | 'Node/UpdateTaint'
  | 'Node/UpdateAllocatable'
  | 'AssignedPod/Add'
  | 'AssignedPod/Update'
  | 'AssignedPod/Delete'
  | 'Namespace/Update'
  | 'Storage/Change'
  | 'Devices/Change';

/** What a plugin says about a pod on a node. */
export type Verdict = { readonly fits: true } | Rejection;

export interface Rejection {
  readonly fits: false;
  readonly reasons: readonly string[];
  /** False where removing pods from the node would change nothing. */
  readonly preemptionHelps: boolean;
}

export const fits: Verdict = { fits: true };

export function rejects(reason: string | readonly string[], { preemptionHelps = true } = {}): Rejection {
  return { fits: false, reasons: typeof reason === 'string' ? [reason] : reason, preemptionHelps };
}

/** The plugin has nothing to say about this pod. */
export const skip = Symbol('skip');

export interface Plugin {
  readonly name: string;
  /** Events on which a pod that this plugin rejected is tried again. */
  readonly wakesOn?: readonly WakeEvent[];
}

/** Holds a pod back before it enters the queue; undefined lets it in. */
export interface PreEnqueuePlugin extends Plugin {
  preEnqueue(pod: Pod): string | undefined;
}

/** Says on which nodes a pod can run. */
export interface FilterPlugin<State = unknown> extends Plugin {
  /** Once per pod: what its filter needs to know of the cluster, or a rejection of every node. */
  preFilter?(pod: PodInfo, cluster: ClusterView): State | typeof skip | Rejection;
  filter(pod: PodInfo, node: NodeInfo, state: State): Verdict;
}

/** Says which of the nodes that fit are better. */
export interface ScorePlugin<State = unknown> extends Plugin {
  preScore?(pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView): State | typeof skip;
  score(pod: PodInfo, node: NodeInfo, state: State): number;
  /** Brings the scores, one for each node, to 0..100; absent where they are already. */
  normalize?(scores: number[], state: State, nodes: readonly NodeInfo[]): number[];
}

/** Keeps for a pod what it was promised on its node, until the rest of the cluster sees it. */
export interface ReservePlugin extends Plugin {
  /** In the same turn in which the node was found. Throwing stops the binding. */
  reserve(pod: PodInfo, node: NodeInfo): void;
  /** The pod does not get to the node. Also called where nothing was reserved. */
  unreserve(pod: PodInfo): void;
}

/** Does what has to be done before a pod may be bound to its node; throwing stops the binding. */
export interface PreBindPlugin extends Plugin {
  preBind(pod: PodInfo, node: NodeInfo, signal: AbortSignal): Promise<void>;
}

/** What a profile runs, in this order. */
export interface Profile {
  readonly name: string;
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly filters: readonly FilterPlugin[];
  readonly scores: readonly { plugin: ScorePlugin; weight: number }[];
  readonly reserve?: readonly ReservePlugin[];
  readonly preBind: readonly PreBindPlugin[];
}

export function isRejection(value: unknown): value is Rejection {
  return typeof value === 'object' && value !== null && 'fits' in value && (value as Verdict).fits === false;
}

export const MAX_SCORE = 100;

/** Scores as parts of the highest; reversed where less is better. */
export function proportionOfHighest(scores: readonly number[], reverse: boolean): number[] {
  const highest = Math.max(0, ...scores);
  if (highest === 0) return scores.map(() => (reverse ? MAX_SCORE : 0));
  return scores.map((score) => {
    const part = Math.floor((MAX_SCORE * score) / highest);
    return reverse ? MAX_SCORE - part : part;
  });
}
