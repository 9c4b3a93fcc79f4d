import type { ContainerStatus, Pod } from '../../kubernetes/api/generated/core-v1.ts';
import { type Standing, standing } from './standing.ts';

/** Reasons that do not pass by waiting. */
const BAD_REASONS = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'OOMKilled',
  'Error',
  'ContainerCannotRun',
  'StartError',
]);

/** The word `kubectl get pods` shows, and how good it is. */
export function podStanding(pod: Pod): Standing {
  const { status } = pod;
  if (pod.metadata.deletionTimestamp) {
    return status?.reason === 'NodeLost' ? standing('unknown', 'Unknown') : standing('busy', 'Terminating');
  }
  const init = initReason(pod);
  if (init) return standing(isBad(init.word) ? 'bad' : 'busy', init.word, init.detail);
  const trouble = containerReason(status?.containerStatuses ?? []);
  if (trouble && !(status?.phase === 'Succeeded')) return standing(isBad(trouble.word) ? 'bad' : 'busy', trouble.word, trouble.detail);
  switch (status?.phase) {
    case 'Running':
      return readiness(pod).ready === readiness(pod).total
        ? standing('good', 'Running')
        : standing('busy', 'Running', 'Not all containers are ready');
    case 'Succeeded':
      return standing('done', 'Completed');
    case 'Failed':
      return standing('bad', status.reason ?? 'Failed', status.message);
    case 'Unknown':
      return standing('unknown', 'Unknown');
    default:
      return standing('busy', status?.reason ?? 'Pending', unschedulable(pod));
  }
}

/** Ready containers of all, sidecars included, as in kubectl's READY. */
export function readiness(pod: Pod): { ready: number; total: number } {
  const sidecars = (pod.spec.initContainers ?? [])
    .filter((container) => container.restartPolicy === 'Always')
    .map((container) => container.name);
  const sidecarStatuses = (pod.status?.initContainerStatuses ?? []).filter((status) => sidecars.includes(status.name));
  const statuses = [...(pod.status?.containerStatuses ?? []), ...sidecarStatuses];
  return {
    ready: statuses.filter((status) => status.ready && status.state?.running).length,
    total: pod.spec.containers.length + sidecars.length,
  };
}

export function restarts(pod: Pod): { count: number; last?: string | undefined } {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const times = statuses.map((status) => status.lastState?.terminated?.finishedAt ?? '').sort();
  return { count: statuses.reduce((sum, status) => sum + status.restartCount, 0), last: times.at(-1) || undefined };
}

/** Containers one can look into, in the order of the spec; debug containers last. */
export function containerNames(pod: Pod): string[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  return [...containers, ...initContainers, ...ephemeralContainers].map((container) => container.name);
}

/** How one container is. */
export function containerStanding(status: ContainerStatus | undefined): Standing {
  const { running, waiting, terminated } = status?.state ?? {};
  if (running) return status?.ready ? standing('good', 'Running') : standing('busy', 'Running', 'Not ready');
  if (waiting) return standing(isBad(waiting.reason ?? '') ? 'bad' : 'busy', waiting.reason ?? 'Waiting', waiting.message);
  if (!terminated) return standing('busy', 'Waiting');
  return terminated.exitCode === 0
    ? standing('done', terminated.reason ?? 'Completed')
    : standing('bad', exitWord(terminated), terminated.message);
}

interface Reason {
  word: string;
  detail?: string | undefined;
}

function initReason(pod: Pod): Reason | undefined {
  const statuses = pod.status?.initContainerStatuses ?? [];
  const total = pod.spec.initContainers?.length ?? 0;
  for (const [index, status] of statuses.entries()) {
    const { terminated, waiting } = status.state ?? {};
    const isSidecar = pod.spec.initContainers?.find((container) => container.name === status.name)?.restartPolicy === 'Always';
    if (terminated?.exitCode === 0 || (isSidecar && status.started)) continue;
    if (terminated) return { word: `Init:${exitWord(terminated)}`, detail: terminated.message };
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return { word: `Init:${waiting.reason}`, detail: waiting.message };
    return { word: `Init:${index}/${total}` };
  }
  return undefined;
}

function containerReason(statuses: readonly ContainerStatus[]): Reason | undefined {
  for (const { state } of statuses) {
    if (state?.waiting?.reason) return { word: state.waiting.reason, detail: state.waiting.message };
    if (state?.terminated && state.terminated.exitCode !== 0) return { word: exitWord(state.terminated), detail: state.terminated.message };
  }
  return undefined;
}

function exitWord({ reason, signal, exitCode }: { reason?: string; signal?: number; exitCode: number }): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

function isBad(word: string): boolean {
  const bare = word.replace(/^Init:/, '');
  return BAD_REASONS.has(bare) || bare.startsWith('Signal:') || bare.startsWith('ExitCode:');
}

function unschedulable(pod: Pod): string | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False')?.message;
}
