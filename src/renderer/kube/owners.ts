import type { ReplicaSet } from '../../kubernetes/api/generated/apps-v1.ts';
import type { Pod } from '../../kubernetes/api/generated/core-v1.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';

const controlledBy = (object: KubeObject, uids: ReadonlySet<string>) =>
  object.metadata.ownerReferences?.some((owner) => owner.controller && uids.has(owner.uid)) ?? false;

/** The pods of a workload, also those that a Deployment has through its ReplicaSets. */
export function podsOf(owner: KubeObject, pods: readonly Pod[], replicaSets: readonly ReplicaSet[]): Pod[] {
  const own = new Set([owner.metadata.uid ?? '']);
  const through = replicaSets.filter((set) => controlledBy(set, own)).map((set) => set.metadata.uid ?? '');
  const uids = new Set([...own, ...through]);
  return pods.filter((pod) => controlledBy(pod, uids));
}
