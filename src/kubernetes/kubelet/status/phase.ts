import type { Container, ContainerStatus, PodPhase } from '../../api/generated/core-v1.ts';
import type { BoundPod } from '../pods/pod.ts';
import { isSidecar, isStaticPod } from '../pods/pod.ts';
import { restartsAfter } from '../pods/restart-policy.ts';

export interface PhaseInput {
  pod: BoundPod;
  statuses: readonly ContainerStatus[];
  /** The pod is being stopped for good: nothing is restarted whatever the policy. */
  terminal: boolean;
  /** An app container has run in this sandbox. */
  initialized: boolean;
}

/** What the containers' states add up to. */
export function phaseOf(input: PhaseInput): PodPhase {
  const inits = countInits(input);
  if (inits.failed) return 'Failed';
  const sidecars = countSidecars(input);
  const apps = countApps(input);
  const initializing = inits.pending || (sidecars.pending && !input.initialized);
  if (initializing || apps.waiting + sidecars.waiting > 0) return 'Pending';
  if (apps.unknown + sidecars.unknown > 0) return 'Pending';
  if (apps.running + sidecars.running > 0) return 'Running';
  if (apps.stopped === 0) return 'Pending';
  if (apps.restarting && !(input.terminal && !isStaticPod(input.pod))) return 'Running';
  return apps.stopped === apps.succeeded ? 'Succeeded' : 'Failed';
}

const find = (statuses: readonly ContainerStatus[], { name }: Container) => statuses.find((status) => status.name === name);

function countInits({ pod, statuses }: PhaseInput): { pending: boolean; failed: boolean } {
  const count = { pending: false, failed: false };
  for (const container of pod.spec.initContainers ?? []) {
    if (isSidecar(container)) continue;
    const status = find(statuses, container);
    const ended = status?.state?.terminated ?? (status?.state?.waiting ? status.lastState?.terminated : undefined);
    if (!ended) count.pending = true;
    else if (ended.exitCode !== 0) {
      if (restartsAfter(pod, container, ended.exitCode)) count.pending = true;
      else count.failed = true;
    }
  }
  return count;
}

function countSidecars({ pod, statuses }: PhaseInput): { pending: boolean; running: number; waiting: number; unknown: number } {
  const count = { pending: false, running: 0, waiting: 0, unknown: 0 };
  for (const container of (pod.spec.initContainers ?? []).filter(isSidecar)) {
    const status = find(statuses, container);
    if (status?.state?.running) {
      count.running += 1;
      count.pending ||= !status.started;
    } else if (!status) count.unknown += 1;
    else if (status.state?.waiting && !status.lastState?.terminated) {
      count.pending = true;
      count.waiting += 1;
    }
  }
  return count;
}

interface AppCount {
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
  unknown: number;
  restarting: boolean;
}

function countApps({ pod, statuses }: PhaseInput): AppCount {
  const count: AppCount = { running: 0, waiting: 0, stopped: 0, succeeded: 0, unknown: 0, restarting: false };
  for (const container of pod.spec.containers) {
    const status = find(statuses, container);
    const ended = status?.state?.terminated ?? (status?.state?.waiting ? status.lastState?.terminated : undefined);
    if (!status) count.unknown += 1;
    else if (status.state?.running) count.running += 1;
    else if (!ended) count.waiting += 1;
    else {
      count.stopped += 1;
      if (status.state?.terminated?.exitCode === 0) count.succeeded += 1;
      count.restarting ||= restartsAfter(pod, container, ended.exitCode);
    }
  }
  return count;
}
