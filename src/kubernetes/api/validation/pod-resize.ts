import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, invalidValue } from '../../machinery/validation/faults.ts';
import { qosClassOf } from '../core/pod-qos.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../generated/core-v1.ts';
import { sameValue } from './equal.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const ONLY_COMPUTE = 'only cpu and memory resources are mutable';

/** What may change in a pod that runs where it is: how much CPU and memory its containers get, or the pod as a whole. */
export function* podResizeRules(next: Pod, previous: Pod): Iterable<FieldError> {
  const [after, before] = [next.spec, previous.spec];
  if (previous.status?.qosClass !== undefined && previous.status.qosClass !== qosClassOf(after)) {
    yield invalidValue('spec', previous.status.qosClass, 'Pod QOS Class may not change as a result of resizing');
  }
  if (!nodeCanResize(previous)) yield forbiddenField('spec', 'Pod running on node without support for resize');
  yield* podLevelRules(after, before);
  const moved = [...orderRules(after, before, 'containers'), ...orderRules(after, before, 'initContainers')];
  yield* moved;
  if (moved.length > 0) return;
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, old] of (before[list] ?? []).entries()) {
      yield* keptRules(after[list]?.[index]?.resources, old.resources, `spec.${list}[${index}].resources`, 'resource');
    }
  }
  yield* containerRules(after, before);
}

/** Pods that cannot be resized at all; nothing else is said of those. */
export function unresizable({ metadata, spec }: Pod): FieldError | undefined {
  if (metadata.annotations?.[MIRROR] !== undefined) return forbiddenField('', 'static pods cannot be resized');
  return spec.os?.name === 'windows' ? forbiddenField('', 'windows pods cannot be resized') : undefined;
}

/** A node that can resize says what running containers have. Before anything runs it gets the benefit of the doubt. */
function nodeCanResize({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running);
  return !running || running.resources !== undefined;
}

function* podLevelRules({ resources: after }: PodSpec, { resources: before }: PodSpec): Iterable<FieldError> {
  if (!asksForSome(after) && !asksForSome(before)) return;
  if (before && !after) {
    yield forbiddenField('spec.resources', 'pod-level resources cannot be removed');
    return;
  }
  yield* keptRules(after, before, 'spec.resources', 'pod-level resource');
  if (!sameValue(besidesCompute(after), besidesCompute(before))) yield forbiddenField('spec', `${ONLY_COMPUTE} at pod-level`);
}

const asksForSome = (resources: ResourceRequirements | undefined): boolean =>
  Object.keys(resources?.requests ?? {}).length + Object.keys(resources?.limits ?? {}).length > 0;

function* orderRules(after: PodSpec, before: PodSpec, list: 'containers' | 'initContainers'): Iterable<FieldError> {
  const [now, old] = [after[list] ?? [], before[list] ?? []];
  if (now.length !== old.length) {
    yield forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`);
    return;
  }
  for (const [index, { name }] of old.entries()) {
    if (now[index]?.name !== name) yield forbiddenField(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`);
  }
}

/** What was asked for may be more or less, but not nothing. */
function* keptRules(
  after: ResourceRequirements | undefined,
  before: ResourceRequirements | undefined,
  path: string,
  what: string,
): Iterable<FieldError> {
  for (const part of ['requests', 'limits'] as const) {
    const kept = Object.keys(before?.[part] ?? {}).every((name) => after?.[part]?.[name] !== undefined);
    if (!kept) yield forbiddenField(`${path}.${part}`, `${what} ${part} cannot be removed`);
  }
}

function* containerRules(after: PodSpec, before: PodSpec): Iterable<FieldError> {
  for (const [index, container] of after.containers.entries()) {
    if (changesMore(container, before.containers[index])) yield forbiddenField('spec', ONLY_COMPUTE);
  }
  for (const [index, container] of (after.initContainers ?? []).entries()) {
    const old = before.initContainers?.[index];
    const path = `spec.initContainers[${index}]`;
    if (changesMore(container, old)) yield forbiddenField(path, 'only cpu and memory resources for init or sidecar containers are mutable');
    const restarts = container.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer');
    if (restarts && container.restartPolicy !== 'Always' && !sameValue(container, old)) {
      yield forbiddenField(path, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized');
    }
  }
}

function changesMore(after: Container, before: Container | undefined): boolean {
  return !sameValue({ ...after, resources: besidesCompute(after.resources) }, { ...before, resources: besidesCompute(before?.resources) });
}

function besidesCompute(resources: ResourceRequirements = {}): ResourceRequirements {
  const others = ({ cpu: _cpu, memory: _memory, ...rest }: Record<string, string>) => (Object.keys(rest).length > 0 ? { rest } : undefined);
  return { ...resources, limits: others(resources.limits ?? {}), requests: others(resources.requests ?? {}) } as ResourceRequirements;
}
