import type { ResourceRequirements } from '../../api/generated/core-v1.ts';
import type { CriClient } from '../cri/cri-client.ts';
import { isNotFoundCri } from '../cri/cri-client.ts';
import type { Container, ContainerStatus, PodSandbox, PodSandboxStatus } from '../cri/runtime-v1.ts';
import { ContainerState, NamespaceMode, PodSandboxState } from '../cri/runtime-v1.ts';
import { annotations, labels } from '../pods/labels.ts';
import type { ContainerStateName, ObservedContainer, ObservedPod, ObservedSandbox } from './observed.ts';
import { emptyPod } from './observed.ts';
import { terminationMessage } from './termination-message.ts';

const NANOSECONDS = 1_000_000;

const STATES: Record<ContainerState, ContainerStateName> = {
  [ContainerState.CONTAINER_CREATED]: 'created',
  [ContainerState.CONTAINER_RUNNING]: 'running',
  [ContainerState.CONTAINER_EXITED]: 'exited',
  [ContainerState.CONTAINER_UNKNOWN]: 'unknown',
};

/**
 * Reads pods from the runtime. Lists are cheap; details are asked for only when an entry's state changed, because
 * the details of a state do not change.
 */
export class PodObserver {
  readonly #cri: CriClient;
  readonly #containers = new Map<string, ObservedContainer>();
  readonly #sandboxes = new Map<string, ObservedSandbox>();

  constructor(cri: CriClient) {
    this.#cri = cri;
  }

  /** One pod as it is now. */
  async observe(uid: string, name: string, namespace: string): Promise<ObservedPod> {
    const labelSelector = { [labels.podUid]: uid };
    const [{ items }, { containers }] = await Promise.all([
      this.#cri.call('ListPodSandbox', { filter: { labelSelector } }),
      this.#cri.call('ListContainers', { filter: { labelSelector } }),
    ]);
    return await this.#assemble(emptyPod(uid, name, namespace), items, containers);
  }

  /** Every pod that the runtime knows, by uid. */
  async observeAll(): Promise<Map<string, ObservedPod>> {
    const [{ items }, { containers }] = await Promise.all([this.#cri.call('ListPodSandbox', {}), this.#cri.call('ListContainers', {})]);
    const pods = new Map<string, { sandboxes: PodSandbox[]; containers: Container[]; pod: ObservedPod }>();
    const groupOf = (of: Record<string, string>) => {
      const uid = of[labels.podUid];
      if (!uid) return undefined;
      const pod = emptyPod(uid, of[labels.podName] ?? '', of[labels.podNamespace] ?? '');
      const group = pods.get(uid) ?? { sandboxes: [], containers: [], pod };
      pods.set(uid, group);
      return group;
    };
    for (const sandbox of items) groupOf(sandbox.labels)?.sandboxes.push(sandbox);
    for (const container of containers) groupOf(container.labels)?.containers.push(container);
    const observed = await Promise.all([...pods.values()].map((group) => this.#assemble(group.pod, group.sandboxes, group.containers)));
    return new Map(observed.map((pod) => [pod.uid, pod]));
  }

  /** Drops what is remembered of a removed container or sandbox. */
  forget(id: string): void {
    this.#containers.delete(id);
    this.#sandboxes.delete(id);
  }

  /** The container has been given other resources; the runtime's annotations keep the first ones. */
  resized(id: string, resources: ResourceRequirements): void {
    const known = this.#containers.get(id);
    if (known) this.#containers.set(id, { ...known, resources });
  }

  async #assemble(pod: ObservedPod, sandboxes: PodSandbox[], containers: Container[]): Promise<ObservedPod> {
    const [foundSandboxes, foundContainers] = await Promise.all([
      Promise.all(sandboxes.map((sandbox) => this.#sandbox(sandbox))),
      Promise.all(containers.map((container) => this.#container(container))),
    ]);
    pod.sandboxes = foundSandboxes.filter(isPresent).sort((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt);
    pod.containers = foundContainers.filter(isPresent).sort((a, b) => b.createdAt - a.createdAt);
    return pod;
  }

  async #sandbox({ id, state }: PodSandbox): Promise<ObservedSandbox | undefined> {
    const ready = state === PodSandboxState.SANDBOX_READY;
    const known = this.#sandboxes.get(id);
    if (known?.ready === ready) return known;
    const { status } = await this.#orGone(this.#cri.call('PodSandboxStatus', { podSandboxId: id }), { status: undefined });
    if (!status) return undefined;
    const sandbox = sandboxOf(status);
    this.#sandboxes.set(id, sandbox);
    return sandbox;
  }

  async #container({ id, state, podSandboxId }: Container): Promise<ObservedContainer | undefined> {
    const known = this.#containers.get(id);
    if (known?.state === STATES[state]) return known;
    const { status } = await this.#orGone(this.#cri.call('ContainerStatus', { containerId: id }), { status: undefined });
    if (!status) return undefined;
    const container = containerOf(status, podSandboxId);
    if (container.state === 'exited') container.message = await terminationMessage(container);
    this.#containers.set(id, container);
    return container;
  }

  async #orGone<T, E>(answer: Promise<T>, gone: E): Promise<T | E> {
    try {
      return await answer;
    } catch (error) {
      if (isNotFoundCri(error)) return gone;
      throw error;
    }
  }
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

const toMilliseconds = (nanoseconds: number) => nanoseconds / NANOSECONDS;

function sandboxOf(status: PodSandboxStatus): ObservedSandbox {
  const { network } = status;
  const ips = network?.ip ? [network.ip, ...network.additionalIps.map(({ ip }) => ip)] : [];
  return {
    id: status.id,
    attempt: status.metadata?.attempt ?? 0,
    ready: status.state === PodSandboxState.SANDBOX_READY,
    createdAt: toMilliseconds(status.createdAt),
    ips,
    hostNetwork: status.linux?.namespaces?.options?.network === NamespaceMode.NODE,
  };
}

function resourcesOf({ annotations: found }: ContainerStatus): ResourceRequirements | undefined {
  const text = found[annotations.resources];
  return text === undefined ? undefined : (JSON.parse(text) as ResourceRequirements);
}

function containerOf(status: ContainerStatus, sandboxId: string): ObservedContainer {
  return {
    id: status.id,
    sandboxId,
    name: status.labels[labels.containerName] ?? status.metadata?.name ?? '',
    state: STATES[status.state],
    restartCount: Number(status.annotations[annotations.restartCount] ?? status.metadata?.attempt ?? 0),
    createdAt: toMilliseconds(status.createdAt),
    startedAt: toMilliseconds(status.startedAt),
    finishedAt: toMilliseconds(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: status.message,
    image: status.image?.userSpecifiedImage || status.image?.image || '',
    imageRef: status.imageRef,
    imageId: status.imageId,
    hash: status.annotations[annotations.hash] ?? '',
    logPath: status.logPath,
    user: status.user?.linux,
    annotations: status.annotations,
    mounts: status.mounts,
    resources: resourcesOf(status),
  };
}
