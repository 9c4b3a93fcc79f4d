import type { Container, EphemeralContainer, Pod } from '../../api/generated/core-v1.ts';
import type { ObjectMeta } from '../../machinery/meta.ts';

/** A pod as it reaches the kubelet: stored, so that its name, namespace and uid are known. */
export interface BoundPod extends Pod {
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
}

/** Static pods come from a manifest directory and are known by this annotation. */
export const CONFIG_SOURCE = 'kubernetes.io/config.source';
export const CONFIG_HASH = 'kubernetes.io/config.hash';
export const CONFIG_MIRROR = 'kubernetes.io/config.mirror';

export function isBound(pod: Pod): pod is BoundPod {
  return Boolean(pod.metadata.name && pod.metadata.namespace && pod.metadata.uid);
}

export function isStaticPod(pod: Pod): boolean {
  const source = pod.metadata.annotations?.[CONFIG_SOURCE];
  return source !== undefined && source !== 'api';
}

export function isMirrorPod(pod: Pod): boolean {
  return pod.metadata.annotations?.[CONFIG_MIRROR] !== undefined;
}

/** `name_namespace(uid)`: how the kubelet's messages name a pod. */
export function describePod(pod: BoundPod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

export function podKey(pod: BoundPod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

/** Init containers that keep running beside the app containers. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

export type ContainerKind = 'init' | 'app' | 'ephemeral';

export interface ContainerSpec {
  kind: ContainerKind;
  container: Container;
  /** Ephemeral containers may share the processes of this one. */
  target?: string;
}

/** Every container of the pod, in the order in which they start. */
export function* containersOf(pod: Pod): Generator<ContainerSpec> {
  for (const container of pod.spec.initContainers ?? []) yield { kind: 'init', container };
  for (const container of pod.spec.containers) yield { kind: 'app', container };
  for (const container of pod.spec.ephemeralContainers ?? []) yield ephemeral(container);
}

function ephemeral(container: EphemeralContainer): ContainerSpec {
  return { kind: 'ephemeral', container, target: container.targetContainerName || undefined };
}

export function findContainer(pod: Pod, name: string): ContainerSpec | undefined {
  for (const spec of containersOf(pod)) if (spec.container.name === name) return spec;
  return undefined;
}

/** `spec.containers{name}`: what events about a container are about. */
export function containerFieldPath({ kind, container }: ContainerSpec): string {
  const field = { init: 'initContainers', app: 'containers', ephemeral: 'ephemeralContainers' }[kind];
  return `spec.${field}{${container.name}}`;
}

export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}
