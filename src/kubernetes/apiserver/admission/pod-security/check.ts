import type { Container, EphemeralContainer, ObjectMetaLike, PodSpec } from './types.ts';

/** What a pod does against a level: the short reason, and who does it. */
export interface Violation {
  reason: string;
  detail: string;
}

/** One rule of the Pod Security Standards. Undefined: the pod keeps it. */
export interface Check {
  readonly id: string;
  /** Checks of the baseline level that this stricter one makes superfluous. */
  readonly overrides?: readonly string[];
  check(metadata: ObjectMetaLike, spec: PodSpec): Violation | undefined;
}

/** Init, normal and ephemeral containers, in this order. */
export function containersOf(spec: PodSpec): (Container | EphemeralContainer)[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

export function namesWhere(spec: PodSpec, isBad: (container: Container | EphemeralContainer) => boolean): string[] {
  return containersOf(spec)
    .filter(isBad)
    .map((container) => container.name);
}

export const plural = (one: string, many: string, count: number) => (count === 1 ? one : many);

/** `"a", "b"` */
export const quoted = (values: readonly string[]) => values.map((value) => `"${value}"`).join(', ');

/** `container "a"`, `containers "a", "b"` */
export const containers = (names: readonly string[]) => `${plural('container', 'containers', names.length)} ${quoted(names)}`;

export const sortedSet = (values: Iterable<string>) => [...new Set(values)].sort();

/** A setting that pod and containers may both make: those who made it badly, as `pod and container "a"`. */
export function setters(podIsBad: boolean, badContainers: readonly string[]): string {
  return [...(podIsBad ? ['pod'] : []), ...(badContainers.length > 0 ? [containers(badContainers)] : [])].join(' and ');
}
