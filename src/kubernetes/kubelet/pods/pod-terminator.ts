import type { ContainerStopper } from '../containers/container-stopper.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';
import { currentSandbox, runningContainers } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { annotations } from './labels.ts';
import type { BoundPod } from './pod.ts';
import { isSidecar } from './pod.ts';
import type { PodSandboxes } from './pod-sandbox.ts';

const DEFAULT_GRACE = 30;

/** Ends the containers of one pod: app containers together, then sidecars in reverse order, within one grace period. */
export class PodTerminator {
  readonly #services: PodServices;
  readonly #sandboxes: PodSandboxes;
  readonly #stopper: ContainerStopper;
  readonly #stopping = new Set<string>();
  #deadline = Number.POSITIVE_INFINITY;

  constructor(services: PodServices, sandboxes: PodSandboxes, stopper: ContainerStopper) {
    this.#services = services;
    this.#sandboxes = sandboxes;
    this.#stopper = stopper;
  }

  /** Returns when nothing of the pod runs any more. */
  async stopAll(pod: BoundPod, observed: ObservedPod, grace: number): Promise<void> {
    const { clock } = this.#services;
    this.#deadline = clock.now() + grace * 1000;
    const running = runningContainers(observed);
    const sidecarNames = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
    const isSidecarContainer = ({ name }: ObservedContainer) => sidecarNames.includes(name);
    await this.#stopEach(
      pod,
      observed,
      running.filter((container) => !isSidecarContainer(container)),
      grace,
    );
    for (const name of sidecarNames.reverse()) {
      const left = Math.max(0, Math.ceil((this.#deadline - clock.now()) / 1000));
      await this.#stopEach(
        pod,
        observed,
        running.filter((container) => container.name === name),
        Math.max(left, grace === 0 ? 0 : 2),
      );
    }
    await this.#sandboxes.stopAll(observed);
  }

  /** The grace period was shortened while containers are being stopped. */
  hasten(grace: number): void {
    const { clock, log } = this.#services;
    const deadline = clock.now() + grace * 1000;
    if (this.#stopping.size === 0 || deadline >= this.#deadline) return;
    this.#deadline = deadline;
    for (const id of this.#stopping)
      this.#stopper.hasten(id, grace).catch((error: unknown) => log.warn({ err: error }, 'container not stopped sooner'));
  }

  async #stopEach(pod: BoundPod, observed: ObservedPod, containers: readonly ObservedContainer[], grace: number): Promise<void> {
    const podIP = currentSandbox(observed)?.ips[0] ?? pod.status?.podIP ?? '';
    const stopOne = async (container: ObservedContainer) => {
      this.#stopping.add(container.id);
      try {
        await this.#stopper.stop({ pod, container, grace, podIP });
      } finally {
        this.#stopping.delete(container.id);
      }
    };
    await Promise.all(containers.map(stopOne));
  }
}

/** Seconds from the request to end the pod until it is killed. */
export function graceOf(pod: BoundPod, observed: ObservedPod): number {
  const wanted = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds;
  if (wanted !== undefined) return Math.max(0, wanted);
  const noted = observed.containers[0]?.annotations[annotations.gracePeriod];
  return noted === undefined ? DEFAULT_GRACE : Number(noted);
}
