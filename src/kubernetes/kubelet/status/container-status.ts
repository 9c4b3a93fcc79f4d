import type { Container, ContainerState, ContainerStatus } from '../../api/generated/core-v1.ts';
import { formatTime } from '../../machinery/meta.ts';
import type { BoundPod, ContainerKind } from '../pods/pod.ts';
import { isSidecar } from '../pods/pod.ts';
import { shouldRun } from '../pods/restart-policy.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';

/** Why a container is not started at the moment, by container name. */
export type WaitReasons = ReadonlyMap<string, { reason: string; message: string }>;

/** What probes say about a running container. */
export interface Readiness {
  isStarted(container: ObservedContainer): boolean;
  isReady(container: ObservedContainer): boolean;
}

export interface ContainerStatusInput {
  pod: BoundPod;
  observed: ObservedPod;
  waiting: WaitReasons;
  readiness: Readiness;
  /** The runtime's name, `containerd`: container ids are shown as `containerd://<id>`. */
  runtimeName: string;
}

export function containerStatuses(
  input: ContainerStatusInput,
  kind: ContainerKind,
  containers: readonly Container[] | undefined,
  previous: readonly ContainerStatus[] | undefined,
): ContainerStatus[] | undefined {
  if (!containers?.length) return undefined;
  return containers.map((container) =>
    statusOf(
      input,
      kind,
      container,
      previous?.find(({ name }) => name === container.name),
    ),
  );
}

function statusOf(
  input: ContainerStatusInput,
  kind: ContainerKind,
  container: Container,
  previous: ContainerStatus | undefined,
): ContainerStatus {
  const [latest, prior] = input.observed.containers.filter(({ name }) => name === container.name);
  if (!latest) return neverSeen(input, container, previous);
  const status: ContainerStatus = {
    name: container.name,
    state: stateOf(input, latest, kind),
    lastState: prior?.state === 'exited' ? { terminated: terminated(input, prior) } : lastStateOf(previous, latest, input),
    ready: false,
    restartCount: Math.max(latest.restartCount, previous?.containerID === idOf(input, latest) ? previous.restartCount : 0),
    image: latest.image,
    imageID: latest.imageRef,
    containerID: idOf(input, latest),
    resources: (latest.state === 'running' && latest.resources) || (container.resources ?? {}),
    allocatedResources: container.resources?.requests,
    volumeMounts: volumeMounts(container),
    user: latest.user && latest.state === 'running' ? { linux: userOf(latest.user) } : undefined,
  };
  applyWaiting(input, kind, container, latest, status);
  applyReadiness(input, kind, container, latest, status);
  return status;
}

const userOf = ({ uid, gid, supplementalGroups }: NonNullable<ObservedContainer['user']>) => ({ uid, gid, supplementalGroups });

const idOf = ({ runtimeName }: ContainerStatusInput, container: ObservedContainer) => `${runtimeName}://${container.id}`;

function stateOf(input: ContainerStatusInput, container: ObservedContainer, kind: ContainerKind): ContainerState {
  if (container.state === 'running') return { running: { startedAt: formatTime(container.startedAt) } };
  if (container.state === 'exited') return { terminated: terminated(input, container) };
  return { waiting: { reason: kind === 'app' ? 'ContainerCreating' : 'PodInitializing' } };
}

function terminated(input: ContainerStatusInput, container: ObservedContainer): NonNullable<ContainerState['terminated']> {
  return {
    exitCode: container.exitCode,
    reason: container.reason,
    ...(container.message ? { message: container.message } : {}),
    startedAt: formatTime(container.startedAt),
    finishedAt: formatTime(container.finishedAt),
    containerID: idOf(input, container),
  };
}

/** The container before the latest is gone from the runtime: what the API remembers of it stays. */
function lastStateOf(previous: ContainerStatus | undefined, latest: ObservedContainer, input: ContainerStatusInput): ContainerState {
  if (previous?.state?.terminated && previous.containerID !== idOf(input, latest)) return { terminated: previous.state.terminated };
  return previous?.lastState ?? {};
}

/** Not started yet, or lost together with the runtime's records. */
function neverSeen(input: ContainerStatusInput, container: Container, previous: ContainerStatus | undefined): ContainerStatus {
  if (previous?.state?.terminated) return previous;
  const lost = previous?.state?.running !== undefined;
  const vanished = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null as unknown as string,
    finishedAt: null as unknown as string,
  };
  const gone = lost && input.pod.metadata.deletionTimestamp !== undefined;
  const wait = input.waiting.get(container.name) ?? {
    reason: input.pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating',
  };
  return {
    name: container.name,
    state: gone ? { terminated: vanished } : { waiting: wait },
    lastState: lost && !gone ? { terminated: vanished } : (previous?.lastState ?? {}),
    ready: false,
    restartCount: (previous?.restartCount ?? 0) + (lost ? 1 : 0),
    image: container.image ?? '',
    imageID: '',
    started: false,
    resources: container.resources ?? {},
    allocatedResources: container.resources?.requests,
    volumeMounts: volumeMounts(container),
  };
}

/** A container that is to be started again shows why it is not yet, and what it was before. */
function applyWaiting(
  input: ContainerStatusInput,
  kind: ContainerKind,
  container: Container,
  latest: ObservedContainer,
  status: ContainerStatus,
): void {
  const wait = input.waiting.get(container.name);
  if (!wait || latest.state === 'running') return;
  const doneInit = kind === 'init' && !isSidecar(container) && latest.state === 'exited' && latest.exitCode === 0;
  if (doneInit || kind === 'ephemeral' || !shouldRun(input.pod, container, latest)) return;
  if (status.state?.terminated) status.lastState = status.state;
  status.state = { waiting: wait };
}

function applyReadiness(
  input: ContainerStatusInput,
  kind: ContainerKind,
  container: Container,
  latest: ObservedContainer,
  status: ContainerStatus,
): void {
  const running = status.state?.running !== undefined;
  if (kind === 'init' && !isSidecar(container)) {
    status.ready = status.state?.terminated?.exitCode === 0;
    status.started = running;
    return;
  }
  if (kind === 'ephemeral') return;
  status.started = running && input.readiness.isStarted(latest);
  status.ready = status.started && input.readiness.isReady(latest);
}

function volumeMounts(container: Container): ContainerStatus['volumeMounts'] {
  return container.volumeMounts?.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
    name,
    mountPath,
    ...(readOnly ? { readOnly, recursiveReadOnly: recursiveReadOnly === 'Enabled' ? 'Enabled' : 'Disabled' } : {}),
  }));
}
