import type { Container, Pod, ResourceFieldSelector } from '../../api/generated/core-v1.ts';
import { parseQuantity, quantityMilliValue, quantityValue } from '../../machinery/quantity.ts';
import type { BoundPod } from '../pods/pod.ts';
import { findContainer } from '../pods/pod.ts';

/** What the downward API can know of a pod beyond its object. */
export interface PodFacts {
  podIPs: readonly string[];
  hostIPs: readonly string[];
  nodeName: string;
  /** Stand in for limits that a container does not set. */
  allocatable: { cpuMilli: number; memory: number; ephemeralStorage: number };
}

/** The value of a `fieldRef`; throws with upstream's words when there is no such field. */
export function fieldValue(pod: BoundPod, fieldPath: string, facts: PodFacts): string {
  const subscript = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(fieldPath);
  if (subscript) return pod.metadata[subscript[1] as 'labels']?.[subscript[2] ?? ''] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return facts.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
      return facts.hostIPs[0] ?? '';
    case 'status.hostIPs':
      return facts.hostIPs.join(',');
    case 'status.podIP':
      return facts.podIPs[0] ?? '';
    case 'status.podIPs':
      return facts.podIPs.join(',');
    default:
      throw new Error(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** `key="value"` lines, sorted, quoted as Go's %q quotes. */
function formatMap(map: Record<string, string> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** The value of a `resourceFieldRef`, in units of its divisor, rounded up. */
export function resourceValue(pod: Pod, own: Container | undefined, ref: ResourceFieldSelector, facts: PodFacts): string {
  const container = ref.containerName ? findContainer(pod, ref.containerName)?.container : own;
  if (!container) throw new Error(`container ${ref.containerName ?? ''} not found`);
  const [kind, ...rest] = ref.resource.split('.');
  const name = rest.join('.');
  if (kind !== 'limits' && kind !== 'requests') throw new Error(`unsupported container resource : ${ref.resource}`);
  return scaled(name, quantityFor(container, kind, name, facts), ref.divisor);
}

function quantityFor(container: Container, kind: 'limits' | 'requests', name: string, facts: PodFacts): string {
  const { limits, requests } = container.resources ?? {};
  if (kind === 'requests') return requests?.[name] ?? limits?.[name] ?? '0';
  const set = limits?.[name];
  if (set !== undefined && parseQuantity(set).mantissa !== 0n) return set;
  if (name === 'cpu') return `${facts.allocatable.cpuMilli}m`;
  if (name === 'memory') return String(facts.allocatable.memory);
  return name === 'ephemeral-storage' ? String(facts.allocatable.ephemeralStorage) : '0';
}

function scaled(name: string, quantity: string, divisor: string | undefined): string {
  const by = divisor && parseQuantity(divisor).mantissa !== 0n ? divisor : '1';
  if (name === 'cpu') return String(Math.ceil(quantityMilliValue(quantity) / quantityMilliValue(by)));
  return String(Math.ceil(quantityValue(quantity) / quantityValue(by)));
}
