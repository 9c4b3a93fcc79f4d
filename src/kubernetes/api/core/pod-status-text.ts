import { humanSince } from '../../machinery/duration.ts';
import type { Container, ContainerState, ContainerStatus, Pod } from '../generated/core-v1.ts';

/** What `kubectl get pods` says about a pod. */
export interface PodSummary {
  ready: number;
  total: number;
  status: string;
  restarts: number;
  /** When a container last ended and was started again. */
  lastRestart: string | undefined;
}

/** Sums up containers, init containers and sidecars the way kubectl's users know it. */
export function summarizePod(pod: Pod): PodSummary {
  const sidecars = new Set((pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const total = (pod.spec?.containers ?? []).length + sidecars.size;
  const init = summarizeInit(pod, sidecars);
  const summary = init.blocked && !isInitialized(pod) ? init : withContainers(pod, init);
  return {
    ready: summary.ready,
    total,
    status: endingStatus(pod, summary.status),
    restarts: summary.restarts,
    lastRestart: summary.lastRestart,
  };
}

/** A sidecar is an init container that keeps running. */
export const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';

interface Progress {
  ready: number;
  status: string;
  restarts: number;
  lastRestart: string | undefined;
}

interface InitProgress extends Progress {
  /** An init container is not done yet. */
  blocked: boolean;
  sidecarRestarts: number;
  lastSidecarRestart: string | undefined;
}

function baseStatus({ status }: Pod): string {
  if (status?.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated')) return 'SchedulingGated';
  return status?.reason || status?.phase || '';
}

function summarizeInit(pod: Pod, sidecars: ReadonlySet<string>): InitProgress {
  const progress: InitProgress = {
    ready: 0,
    status: baseStatus(pod),
    restarts: 0,
    lastRestart: undefined,
    blocked: false,
    sidecarRestarts: 0,
    lastSidecarRestart: undefined,
  };
  const count = pod.spec?.initContainers?.length ?? 0;
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    countRestarts(progress, container, sidecars.has(container.name));
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) progress.ready++;
      continue;
    }
    progress.status = `Init:${initReason(container.state) ?? `${index}/${count}`}`;
    progress.blocked = true;
    break;
  }
  return progress;
}

function countRestarts(progress: InitProgress, container: ContainerStatus, sidecar: boolean): void {
  progress.restarts += container.restartCount ?? 0;
  progress.lastRestart = later(progress.lastRestart, container);
  if (!sidecar) return;
  progress.sidecarRestarts += container.restartCount ?? 0;
  progress.lastSidecarRestart = later(progress.lastSidecarRestart, container);
}

function later(known: string | undefined, container: ContainerStatus): string | undefined {
  const ended = container.lastState?.terminated?.finishedAt;
  return ended && (!known || ended > known) ? ended : known;
}

function initReason(state: ContainerState | undefined): string | undefined {
  if (state?.terminated) return terminatedReason(state.terminated);
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? waiting : undefined;
}

function terminatedReason({ reason, signal, exitCode }: { reason?: string; signal?: number; exitCode?: number }): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

function isInitialized({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Initialized' && value === 'True') ?? false;
}

function withContainers(pod: Pod, init: InitProgress): Progress {
  const progress: Progress = {
    ready: init.ready,
    status: init.status,
    restarts: init.sidecarRestarts,
    lastRestart: init.lastSidecarRestart,
  };
  let running = false;
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    progress.restarts += container.restartCount ?? 0;
    progress.lastRestart = later(progress.lastRestart, container);
    const { state } = container;
    if (state?.waiting?.reason) progress.status = state.waiting.reason;
    else if (state?.terminated) progress.status = terminatedReason(state.terminated);
    else if (container.ready && state?.running) {
      running = true;
      progress.ready++;
    }
  }
  if (progress.status === 'Completed' && running) progress.status = isReady(pod) ? 'Running' : 'NotReady';
  return progress;
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

function endingStatus({ metadata, status }: Pod, text: string): string {
  if (!metadata.deletionTimestamp) return text;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Failed' || status?.phase === 'Succeeded' ? text : 'Terminating';
}

/** `3` or `3 (5m ago)`. */
export function formatRestarts({ restarts, lastRestart }: PodSummary, now: number): string {
  return restarts && lastRestart ? `${restarts} (${humanSince(lastRestart, now)} ago)` : String(restarts);
}
