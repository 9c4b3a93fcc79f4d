import type { ContainerStatus, PodCondition, PodPhase } from '../../api/generated/core-v1.ts';
import type { BoundPod } from '../pods/pod.ts';
import { isSidecar } from '../pods/pod.ts';

export interface ConditionsInput {
  pod: BoundPod;
  phase: PodPhase;
  statuses: readonly ContainerStatus[];
  /** The sandbox is there and has its network. */
  sandboxReady: boolean;
  /** An app container has run in this sandbox. */
  initialized: boolean;
}

type Draft = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

/** Conditions that the kubelet owns; all others are left as they are. */
export const OWNED_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** The conditions without their times. */
export function conditionsOf(input: ConditionsInput): Draft[] {
  const containersReady = containersReadyCondition(input);
  return [
    { type: 'PodReadyToStartContainers', status: input.sandboxReady ? 'True' : 'False' },
    initializedCondition(input),
    readyCondition(input.pod, containersReady),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
}

const yes = (type: string, reason?: string): Draft => ({ type, status: 'True', ...(reason ? { reason } : {}) });
const no = (type: string, reason: string, message?: string): Draft => ({ type, status: 'False', reason, ...(message ? { message } : {}) });

/** As Go prints a slice of strings. */
const list = (names: readonly string[]) => `[${names.join(' ')}]`;

function initializedCondition({ pod, phase, statuses, initialized }: ConditionsInput): Draft {
  const type = 'Initialized';
  const containers = pod.spec.initContainers ?? [];
  if (phase === 'Succeeded') return yes(type, containers.length > 0 ? 'PodCompleted' : undefined);
  if (initialized || containers.length === 0) return yes(type);
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    if (!status) unknown.push(container.name);
    else if (isSidecar(container) ? !status.started : !status.ready) incomplete.push(container.name);
  }
  const messages = [
    ...(unknown.length > 0 ? [`containers with unknown status: ${list(unknown)}`] : []),
    ...(incomplete.length > 0 ? [`containers with incomplete status: ${list(incomplete)}`] : []),
  ];
  return messages.length === 0 ? yes(type) : no(type, 'ContainersNotInitialized', messages.join(', '));
}

function containersReadyCondition({ pod, phase, statuses }: ConditionsInput): Draft {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return no(type, 'PodCompleted');
  if (phase === 'Failed') return no(type, 'PodFailed');
  const counted = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
  const unknown: string[] = [];
  const unready: string[] = [];
  for (const { name } of counted) {
    const status = statuses.find((candidate) => candidate.name === name);
    if (!status) unknown.push(name);
    else if (!status.ready) unready.push(name);
  }
  const messages = [
    ...(unknown.length > 0 ? [`containers with unknown status: ${list(unknown)}`] : []),
    ...(unready.length > 0 ? [`containers with unready status: ${list(unready)}`] : []),
  ];
  return messages.length === 0 ? yes(type) : no(type, 'ContainersNotReady', messages.join(', '));
}

function readyCondition(pod: BoundPod, containersReady: Draft): Draft {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return messages.length === 0 ? yes('Ready') : no('Ready', 'ReadinessGatesNotReady', messages.join(', '));
}
