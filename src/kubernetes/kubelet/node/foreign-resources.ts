import type { NodeStatus } from '../../api/generated/core-v1.ts';

type Amounts = Record<string, string>;

/** What others say the node has. */
export interface ForeignResources {
  /** Beside what the kubelet finds out itself: all of it may be used. */
  present: Amounts;
  /** May no longer be used: nobody says that the node has it. */
  gone: string[];
}

/** Administrators and drivers write resources of their own into a node's capacity; the kubelet lets pods have them. */
export function foreignResources(status: NodeStatus | undefined, own: Amounts): ForeignResources {
  const capacity = status?.capacity ?? {};
  const present = Object.fromEntries(Object.entries(capacity).filter(([name]) => !(name in own)));
  const gone = Object.keys(status?.allocatable ?? {}).filter((name) => isExtended(name) && !(name in capacity));
  return { present, gone };
}

/** Of a vendor's domain. */
const isExtended = (name: string) => name.includes('/') && !name.includes('kubernetes.io/');
