import type { Container, Pod, PodQOSClass } from '../../api/generated/core-v1.ts';
import { quantityMilliValue, signOf } from '../../machinery/quantity.ts';

const COUNTED = ['cpu', 'memory'] as const;

/** Guaranteed: every container has equal requests and limits of both; BestEffort: none has any; else Burstable. */
export function qosClassOf(pod: Pod): PodQOSClass {
  if (pod.status?.qosClass) return pod.status.qosClass;
  return computeQosClass(pod);
}

export function computeQosClass(pod: Pod): PodQOSClass {
  const containers = pod.spec.resources
    ? [{ resources: pod.spec.resources }]
    : [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  if (containers.every(asksNothing)) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

type Resourced = Pick<Container, 'resources'>;

function asksNothing({ resources }: Resourced): boolean {
  return COUNTED.every((name) => !isPositive(resources?.requests?.[name]) && !isPositive(resources?.limits?.[name]));
}

function isGuaranteed({ resources }: Resourced): boolean {
  return COUNTED.every((name) => {
    const limit = resources?.limits?.[name];
    const request = resources?.requests?.[name] ?? limit;
    return isPositive(limit) && quantityMilliValue(limit as string) === quantityMilliValue(request as string);
  });
}

function isPositive(quantity: string | undefined): boolean {
  return quantity !== undefined && signOf(quantity) > 0;
}
