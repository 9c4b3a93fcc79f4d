import type { StatefulSet } from '../../api/generated/apps-v1.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import { isAvailable, isTerminal, isTerminating } from '../../api/helpers/pods.ts';
import { scaled } from '../framework/int-or-percent.ts';
import { REVISION_HASH } from '../framework/revisions.ts';
import { firstOrdinal, lostIdentity, ordinalOf } from './identity.ts';

/** What is to be done now. With ordered sets it is one thing at a time. */
export type Step =
  | { do: 'create'; ordinal: number; revision: 'current' | 'update' }
  | { do: 'delete'; pod: Pod; ordinal: number; why: 'ended' | 'surplus' | 'outdated' }
  | { do: 'restore'; pod: Pod; ordinal: number };

export interface SetState {
  set: StatefulSet;
  pods: readonly Pod[];
  /** Names of the revisions that pods are moving from and to. */
  currentRevision: string;
  updateRevision: string;
  now: number;
}

const revisionOf = ({ metadata }: Pod) => metadata.labels?.[REVISION_HASH];
const runs = (pod: Pod, { set, now }: SetState) => pod.status?.phase === 'Running' && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
const isParallel = ({ spec }: StatefulSet) => spec.podManagementPolicy === 'Parallel';

/** The steps towards the wanted number of pods of the wanted revision. */
export function planSteps(state: SetState): Step[] {
  const { set } = state;
  const first = firstOrdinal(set);
  const count = set.spec.replicas ?? 1;
  const byOrdinal = new Map<number, Pod>();
  for (const pod of state.pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod);
  }
  const wanted = Array.from({ length: count }, (_, index) => first + index);
  const surplus = [...byOrdinal.keys()].filter((ordinal) => ordinal < first || ordinal >= first + count).sort((a, b) => b - a);

  const filling = planFilling(state, wanted, byOrdinal);
  if (filling.blocked) return filling.steps;
  const shrinking = planShrinking(state, surplus, wanted, byOrdinal);
  if (shrinking.blocked) return [...filling.steps, ...shrinking.steps];
  return [...filling.steps, ...shrinking.steps, ...planUpdate(state, wanted, byOrdinal)];
}

interface Phase {
  steps: Step[];
  /** Nothing more may be done before the pods have followed. */
  blocked: boolean;
}

function planFilling(state: SetState, wanted: readonly number[], byOrdinal: ReadonlyMap<number, Pod>): Phase {
  const ordered = !isParallel(state.set);
  const steps: Step[] = [];
  for (const ordinal of wanted) {
    const pod = byOrdinal.get(ordinal);
    const step = fillingStep(state, ordinal, pod);
    if (step) steps.push(step);
    if (ordered && (step || !pod || isTerminating(pod) || !runs(pod, state))) return { steps, blocked: true };
  }
  return { steps, blocked: false };
}

function fillingStep(state: SetState, ordinal: number, pod: Pod | undefined): Step | undefined {
  if (!pod) return { do: 'create', ordinal, revision: revisionFor(state, ordinal) };
  if (isTerminating(pod)) return undefined;
  if (isTerminal(pod)) return { do: 'delete', pod, ordinal, why: 'ended' };
  return lostIdentity(state.set, pod, ordinal) ? { do: 'restore', pod, ordinal } : undefined;
}

/** While an update is on its way, pods below the part that is updated are made anew as they were. */
function revisionFor({ set, currentRevision, updateRevision }: SetState, ordinal: number): 'current' | 'update' {
  if (currentRevision === updateRevision) return 'update';
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  const start = firstOrdinal(set);
  if (type === 'RollingUpdate' && !rollingUpdate?.partition)
    return ordinal < start + (set.status?.currentReplicas ?? 0) ? 'current' : 'update';
  return ordinal < start + (rollingUpdate?.partition ?? 0) ? 'current' : 'update';
}

function planShrinking(state: SetState, surplus: readonly number[], wanted: readonly number[], byOrdinal: ReadonlyMap<number, Pod>): Phase {
  const ordered = !isParallel(state.set);
  const unhealthy = [...wanted, ...surplus.toReversed()].find((ordinal) => !isHealthy(byOrdinal.get(ordinal), state));
  const steps: Step[] = [];
  for (const ordinal of surplus) {
    const pod = byOrdinal.get(ordinal) as Pod;
    if (isTerminating(pod)) {
      if (ordered) return { steps, blocked: true };
      continue;
    }
    // The next one may only go while the others are well, unless it is itself the one that is not.
    if (ordered && unhealthy !== undefined && unhealthy !== ordinal && !isHealthy(pod, state)) return { steps, blocked: true };
    steps.push({ do: 'delete', pod, ordinal, why: 'surplus' });
    if (ordered) return { steps, blocked: true };
  }
  return { steps, blocked: surplus.length > 0 };
}

function isHealthy(pod: Pod | undefined, state: SetState): boolean {
  return pod !== undefined && !isTerminating(pod) && runs(pod, state);
}

function planUpdate(state: SetState, wanted: readonly number[], byOrdinal: ReadonlyMap<number, Pod>): Step[] {
  const { set, updateRevision } = state;
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return [];
  const lowest = firstOrdinal(set) + (rollingUpdate?.partition ?? 0);
  const allowed = Math.max(scaled(rollingUpdate?.maxUnavailable ?? 1, wanted.length, 'up'), 1);
  const steps: Step[] = [];
  let unavailable = wanted.filter((ordinal) => !isHealthy(byOrdinal.get(ordinal), state)).length;
  for (const ordinal of wanted.toReversed()) {
    const pod = byOrdinal.get(ordinal);
    if (ordinal < lowest || !pod) break;
    const outdated = revisionOf(pod) !== updateRevision && !isTerminating(pod);
    // A pod that does not work may be replaced whatever else is missing.
    if (outdated && !isHealthy(pod, state)) steps.push({ do: 'delete', pod, ordinal, why: 'outdated' });
    else if (outdated && unavailable < allowed) {
      steps.push({ do: 'delete', pod, ordinal, why: 'outdated' });
      unavailable += 1;
    } else if (outdated || !isHealthy(pod, state)) break;
  }
  return steps;
}
