import type { Container, ResourceRequirements } from '../../api/generated/core-v1.ts';
import { quantityMilliValue } from '../../machinery/quantity.ts';
import type { CriClient } from '../cri/cri-client.ts';
import type { NodeFacts } from '../node/node-facts.ts';
import type { BoundPod } from '../pods/pod.ts';
import { isSidecar } from '../pods/pod.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';
import type { PodObserver } from '../runtime/pod-observer.ts';
import { cpuPeriod, linuxResourcesOf } from './linux-resources.ts';
import type { PodCgroups } from './pod-cgroups.ts';

const RESIZABLE = ['cpu', 'memory'] as const;

type Resizable = (typeof RESIZABLE)[number];

/** What the running container has that is not what the pod asks for now. */
export function changedResources({ resources }: Container, applied: ResourceRequirements | undefined): Resizable[] {
  if (!applied) return [];
  const differs = (kind: 'requests' | 'limits', name: Resizable) => amount(resources?.[kind]?.[name]) !== amount(applied[kind]?.[name]);
  return RESIZABLE.filter((name) => differs('requests', name) || differs('limits', name));
}

const amount = (quantity: string | undefined) => (quantity === undefined ? undefined : quantityMilliValue(quantity));

/** Some programs look at their limits once, when they start: their containers say so. */
export function resizeNeedsRestart(container: Container, applied: ResourceRequirements | undefined): boolean {
  const policy = (name: Resizable) => container.resizePolicy?.find(({ resourceName }) => resourceName === name)?.restartPolicy;
  return changedResources(container, applied).some((name) => policy(name) === 'RestartContainer');
}

interface ResizerServices {
  cri: CriClient;
  cgroups: PodCgroups;
  node: NodeFacts;
  observer: PodObserver;
}

/** Gives running containers what the pod asks for since it was changed. */
export class PodResizer {
  readonly #services: ResizerServices;

  constructor(services: ResizerServices) {
    this.#services = services;
  }

  /** Returns whether anything changed. */
  async resize(pod: BoundPod, observed: ObservedPod): Promise<boolean> {
    const due = resizable(pod).flatMap((container) => {
      const running = observed.containers.find(({ name, state }) => name === container.name && state === 'running');
      const changed = running && changedResources(container, running.resources).length > 0;
      return changed && !resizeNeedsRestart(container, running.resources) ? [{ container, running }] : [];
    });
    if (due.length === 0) return false;
    const { cgroups } = this.#services;
    // The pod's own cgroup must have room before its containers grow, and can only shrink after they have.
    cgroups.create(pod);
    for (const { container, running } of due) await this.#update(pod, container, running);
    cgroups.create(pod);
    return true;
  }

  async #update(pod: BoundPod, container: Container, running: ObservedContainer): Promise<void> {
    const { cri, node, observer } = this.#services;
    const { cpuShares, cpuQuota, memoryLimitInBytes } = linuxResourcesOf(pod, container, node.memoryCapacity);
    // Zero would leave the quota as it is.
    const linux = { cpuShares, cpuPeriod, cpuQuota: cpuQuota || -1, memoryLimitInBytes };
    await cri.call('UpdateContainerResources', { containerId: running.id, linux });
    observer.resized(running.id, container.resources ?? {});
  }
}

const resizable = ({ spec }: BoundPod) => [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers];
