import type { Container, Pod, PodSpec } from '../../api/generated/core-v1.ts';
import type { KubeObject } from '../../machinery/meta.ts';

export type PodObject = KubeObject & { spec: PodSpec; status?: Pod['status'] };

/** The previous spec with the resources and resize policies of the next one. Containers that others came for, or that moved, are for validation to refuse. */
export function resizedContainers(next: PodSpec | undefined, previous: PodSpec): PodSpec {
  const spec: PodSpec = { ...previous, containers: resized(next?.containers ?? [], previous.containers) };
  const initContainers = resized(next?.initContainers ?? [], previous.initContainers ?? []);
  if (initContainers.length > 0) spec.initContainers = initContainers;
  else delete spec.initContainers;
  if (next?.resources) spec.resources = next.resources;
  else delete spec.resources;
  return spec;
}

function resized(next: Container[], previous: readonly Container[]): Container[] {
  const same = next.length === previous.length && next.every(({ name }, index) => name === previous[index]?.name);
  return same ? previous.map((container, index) => resizedAs(container, next[index] as Container)) : next;
}

function resizedAs(container: Container, { resources, resizePolicy }: Container): Container {
  const { resources: _resources, resizePolicy: _policy, ...rest } = container;
  return { ...rest, resources: resources ?? {}, ...(resizePolicy ? { resizePolicy } : {}) };
}
