import type { Container, Pod } from '../../api/generated/core-v1.ts';
import { quantityMilliValue, quantityValue } from '../../machinery/quantity.ts';

type Kind = 'requests' | 'limits';
type Name = 'cpu' | 'memory';

const read = { cpu: quantityMilliValue, memory: quantityValue } as const;

/** Milli-CPUs or bytes that a container names; undefined when it names none. */
function amountOf(container: Pick<Container, 'resources'>, kind: Kind, name: Name): number | undefined {
  const own = container.resources?.[kind]?.[name] ?? (kind === 'requests' ? container.resources?.limits?.[name] : undefined);
  return own === undefined ? undefined : read[name](own);
}

/**
 * What the pod as a whole needs: app containers and sidecars together, or the largest moment of initialisation
 * if that is more, plus overhead. For limits, undefined means that some container is unlimited.
 */
export function podAmount(pod: Pod, kind: Kind, name: Name): number | undefined {
  const overhead = pod.spec.overhead?.[name];
  const extra = overhead === undefined ? 0 : read[name](overhead);
  const podLevel = amountOf(pod.spec, kind, name);
  if (podLevel !== undefined) return podLevel + extra;
  const amounts = allContainers(pod).map((container) => amountOf(container, kind, name));
  if (kind === 'limits' && amounts.some((amount) => !amount)) return undefined;
  return peakOf(pod, kind, name) + extra;
}

const allContainers = (pod: Pod) => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

function peakOf(pod: Pod, kind: Kind, name: Name): number {
  let sidecars = 0;
  let peak = 0;
  for (const container of pod.spec.initContainers ?? []) {
    const amount = amountOf(container, kind, name) ?? 0;
    if (container.restartPolicy === 'Always') sidecars += amount;
    else peak = Math.max(peak, sidecars + amount);
  }
  const apps = pod.spec.containers.reduce((sum, container) => sum + (amountOf(container, kind, name) ?? 0), 0);
  return Math.max(peak, sidecars + apps);
}
