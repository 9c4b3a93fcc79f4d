import type { Container, LifecycleHandler } from '../../api/generated/core-v1.ts';
import { isNotFoundCri } from '../cri/cri-client.ts';
import { annotations } from '../pods/labels.ts';
import type { BoundPod, ContainerSpec } from '../pods/pod.ts';
import { findContainer } from '../pods/pod.ts';
import type { ObservedContainer } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { runHook } from './hooks.ts';

/** A hook that used up the grace period leaves the process this long to end by itself. */
const LEAST_GRACE = 2;

export interface StopRequest {
  pod: BoundPod;
  container: ObservedContainer;
  /** Said in the event; `Stopping container <name>` when unset. */
  message?: string | undefined;
  /** Seconds for hook and process together. */
  grace: number;
  podIP: string;
}

/** Stops containers: preStop hook, SIGTERM, and SIGKILL at the end of the grace period. */
export class ContainerStopper {
  readonly #services: PodServices;

  constructor(services: PodServices) {
    this.#services = services;
  }

  async stop(request: StopRequest): Promise<void> {
    const { pod, container, message, grace } = request;
    const { events, probes } = this.#services;
    const spec = findContainer(pod, container.name) ?? restoredSpec(container);
    events.normal(pod, 'Killing', message ?? `Stopping container ${container.name}`, spec);
    probes.stopContainer(pod.metadata.uid, container.name);
    const used = await this.#preStop(request, spec);
    await this.#stopContainer(container.id, grace === 0 ? 0 : Math.max(Math.ceil(grace - used), used > 0 ? LEAST_GRACE : 1));
  }

  /** Ends a container that is already being stopped sooner than it was told. */
  async hasten(containerId: string, grace: number): Promise<void> {
    await this.#stopContainer(containerId, grace);
  }

  async #stopContainer(containerId: string, timeout: number): Promise<void> {
    try {
      await this.#services.cri.call('StopContainer', { containerId, timeout }, { timeout: Number.POSITIVE_INFINITY });
    } catch (error) {
      if (!isNotFoundCri(error)) throw error;
    }
  }

  /** Returns the seconds it took. */
  async #preStop({ pod, container, grace, podIP }: StopRequest, spec: ContainerSpec): Promise<number> {
    const handler = spec.container.lifecycle?.preStop;
    if (!handler || grace === 0 || container.state !== 'running') return 0;
    const { cri, clock, events, log } = this.#services;
    const began = clock.now();
    const limit = new AbortController();
    using _timer = clock.after(grace * 1000, () => limit.abort());
    try {
      await runHook(cri, clock, { handler, container: spec.container, containerId: container.id, podIP, signal: limit.signal });
    } catch (error) {
      if (!limit.signal.aborted) events.warning(pod, 'FailedPreStopHook', 'PreStopHook failed', spec);
      log.debug({ err: error, container: container.name }, 'preStop hook did not succeed');
    }
    return (clock.now() - began) / 1000;
  }
}

/** The pod is gone from the API: what its container needs for its end is in the container's annotations. */
function restoredSpec(container: ObservedContainer): ContainerSpec {
  const preStop = container.annotations[annotations.preStop];
  const ports = container.annotations[annotations.ports];
  const restored: Container = {
    name: container.name,
    lifecycle: preStop ? { preStop: JSON.parse(preStop) as LifecycleHandler } : undefined,
    ports: ports ? (JSON.parse(ports) as Container['ports']) : undefined,
  };
  return { kind: 'app', container: restored };
}
