import type { DaemonSet } from '../../api/generated/apps-v1.ts';
import type { Node, Pod } from '../../api/generated/core-v1.ts';
import { isAvailable } from '../../api/helpers/pods.ts';
import { scaled } from '../framework/int-or-percent.ts';
import { REVISION_HASH } from '../framework/revisions.ts';
import { placement } from './placement.ts';

const GENERATION = 'pod-template-generation';

/** What has to happen to a DaemonSet's pods. */
export interface Plan {
  /** Nodes to start a pod on. */
  create: string[];
  delete: Pod[];
  /** Pods that ended by themselves, to be deleted so that others can take their place. */
  ended: Pod[];
}

export interface DaemonState {
  daemonSet: DaemonSet;
  nodes: readonly Node[];
  podsByNode: ReadonlyMap<string, readonly Pod[]>;
  /** Hash of the present template's revision. */
  hash: string;
  now: number;
}

export const isCurrent = (pod: Pod, { hash, daemonSet }: Pick<DaemonState, 'hash' | 'daemonSet'>): boolean => {
  const generation = daemonSet.metadata.annotations?.['deprecated.daemonset.template.generation'];
  const byGeneration = generation !== undefined && pod.metadata.labels?.[GENERATION] === generation;
  return byGeneration || pod.metadata.labels?.[REVISION_HASH] === hash;
};

/** One pod on every node that should have one, none elsewhere. */
export function planPlacement(state: DaemonState): Plan {
  const plan: Plan = { create: [], delete: [], ended: [] };
  const known = new Set(state.nodes.map(({ metadata }) => metadata.name ?? ''));
  for (const node of state.nodes) planNode(node, state, plan);
  // What was made for a node that no longer exists will never run.
  for (const [name, daemonPods] of state.podsByNode) {
    if (!known.has(name)) plan.delete.push(...daemonPods.filter(({ metadata, spec }) => !metadata.deletionTimestamp && !spec.nodeName));
  }
  return plan;
}

function planNode(node: Node, state: DaemonState, plan: Plan): void {
  const name = node.metadata.name ?? '';
  const daemonPods = state.podsByNode.get(name) ?? [];
  const { shouldRun, mayStay } = placement(state.daemonSet, node);
  if (!mayStay) {
    plan.delete.push(...daemonPods.filter(({ metadata }) => !metadata.deletionTimestamp));
    return;
  }
  const ended = daemonPods.filter(
    ({ status, metadata }) => !metadata.deletionTimestamp && (status?.phase === 'Failed' || status?.phase === 'Succeeded'),
  );
  plan.ended.push(...ended);
  const running = daemonPods.filter((pod) => !pod.metadata.deletionTimestamp && !ended.includes(pod));
  if (running.length === 0) {
    // One that is still going holds its ports and volumes; its place is taken when it is gone.
    if (shouldRun && daemonPods.length === 0) plan.create.push(name);
    return;
  }
  plan.delete.push(...surplus(running, state));
}

/** All but one; while surging an old and a new one may stand side by side. */
function surplus(running: readonly Pod[], state: DaemonState): Pod[] {
  const byAge = [...running].sort((a, b) => compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp));
  if (surgeOf(state, 1) === 0) return byAge.slice(1);
  const [current, old] = [byAge.filter((pod) => isCurrent(pod, state)), byAge.filter((pod) => !isCurrent(pod, state))];
  const first = current[0];
  const takesOver = first && isAvailable(first, state.daemonSet.spec.minReadySeconds ?? 0, state.now);
  return [...current.slice(1), ...(takesOver ? old : old.slice(1))];
}

function compareText(a: string | null | undefined, b: string | null | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}

function surgeOf({ daemonSet }: DaemonState, desired: number): number {
  return scaled(daemonSet.spec.updateStrategy?.rollingUpdate?.maxSurge, desired, 'up');
}

/** The next old pods to be replaced, so that no more nodes than allowed are without a running daemon. */
export function planUpdate(state: DaemonState): Plan {
  const plan: Plan = { create: [], delete: [], ended: [] };
  const { daemonSet, nodes, podsByNode, now } = state;
  if ((daemonSet.spec.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') return plan;
  const minReadySeconds = daemonSet.spec.minReadySeconds ?? 0;
  const targets = nodes.filter((node) => placement(daemonSet, node).shouldRun).map(({ metadata }) => metadata.name ?? '');
  const surge = surgeOf(state, targets.length);
  const { maxUnavailable = 1 } = daemonSet.spec.updateStrategy?.rollingUpdate ?? {};
  const allowed = surge > 0 ? surge : Math.max(scaled(maxUnavailable, targets.length, 'up'), 1);
  let unavailable = 0;
  const broken: Pod[] = [];
  const working: Pod[] = [];
  for (const name of targets) {
    const daemonPods = (podsByNode.get(name) ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
    const old = daemonPods.find((pod) => !isCurrent(pod, state));
    const available = daemonPods.some((pod) => isAvailable(pod, minReadySeconds, now));
    const replaced = daemonPods.some((pod) => isCurrent(pod, state));
    if (surge > 0) {
      if (old && replaced) unavailable += 1;
      else if (old) (available ? working : broken).push(old);
    } else {
      if (!available) unavailable += 1;
      if (old) (available ? working : broken).push(old);
    }
  }
  if (surge > 0) plan.create.push(...[...broken, ...working].slice(0, Math.max(allowed - unavailable, 0)).map(nodeNameOf));
  else plan.delete.push(...broken, ...working.slice(0, Math.max(allowed - unavailable, 0)));
  return plan;
}

function nodeNameOf({ spec }: Pod): string {
  return spec.nodeName ?? '';
}
