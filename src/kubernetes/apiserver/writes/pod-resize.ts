import type { Container, Pod, PodSpec } from '../../api/generated/core-v1.ts';
import type { KubeObject } from '../../machinery/meta.ts';

export type PodObject = KubeObject & { spec: PodSpec; status?: Pod['status'] };

/** The previous spec with the resources and resize policies of the containers that the next one names. */
export function resizedContainers(next: PodSpec | undefined, previous: PodSpec): PodSpec {
  const spec: PodSpec = { ...previous, containers: resized(next?.containers, previous.containers) };
  if (previous.initContainers) spec.initContainers = resized(next?.initContainers, previous.initContainers);
  if (next?.resources) spec.resources = next.resources;
  return spec;
}

function resized(next: readonly Container[] | undefined, previous: readonly Container[]): Container[] {
  const wanted = new Map((next ?? []).map((container) => [container.name, container]));
  return previous.map((container) => {
    const change = wanted.get(container.name);
    if (!change) return container;
    const { resources = {}, resizePolicy = container.resizePolicy } = change;
    return { ...container, resources, ...(resizePolicy ? { resizePolicy } : {}) };
  });
}
