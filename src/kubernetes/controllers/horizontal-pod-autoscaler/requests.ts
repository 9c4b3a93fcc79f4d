import type { Pod } from '../../api/generated/core-v1.ts';
import { quantityMilliValue } from '../../machinery/quantity.ts';
import { MetricError } from './samples.ts';

/** What each pod, or one container of each, asks for of a resource, in thousandths. */
export function requestsOf(pods: readonly Pod[], resource: string, container: string): Map<string, number> {
  return new Map(pods.map((pod) => [pod.metadata.name ?? '', requestOf(pod, resource, container)]));
}

function requestOf(pod: Pod, resource: string, container: string): number {
  const { containers, initContainers = [], resources } = pod.spec;
  const ofPod = resources?.requests?.[resource];
  if (container === '' && ofPod !== undefined) return quantityMilliValue(ofPod);
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  let sum = 0;
  for (const { name, resources: own } of [...containers, ...sidecars]) {
    if (container !== '' && container !== name) continue;
    const request = own?.requests?.[resource];
    if (request === undefined) throw new MetricError(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
    sum += quantityMilliValue(request);
  }
  return sum;
}
