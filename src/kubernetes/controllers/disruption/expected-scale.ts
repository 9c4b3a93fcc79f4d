import type { Pod } from '../../api/generated/core-v1.ts';
import { controllerOf } from '../../api/helpers/owners.ts';
import { deployments, replicaSets, replicationControllers, statefulSets } from '../../api/resources.ts';
import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { Cache } from '../framework/cache.ts';

interface Scalable extends KubeObject {
  spec?: { replicas?: number };
}

const SCALABLE: Readonly<Record<string, ResourceType<Scalable>>> = {
  ReplicaSet: replicaSets,
  StatefulSet: statefulSets,
  ReplicationController: replicationControllers,
};

/** How many pods the owners of these pods want to have, each owner counted once. */
export function expectedScale(selected: readonly Pod[], cache: Cache): number {
  const scales = new Map<string, number>();
  for (const pod of selected) {
    const owner = controllerOf(pod);
    const found = owner && scaleOf(owner, pod.metadata.namespace ?? '', cache);
    if (found) scales.set(found.uid, found.replicas);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function scaleOf({ kind, name, uid }: OwnerReference, namespace: string, cache: Cache): { uid: string; replicas: number } | undefined {
  const type = SCALABLE[kind];
  const owner = type && cache.get(type, `${namespace}/${name}`);
  if (!owner || owner.metadata.uid !== uid) return undefined;
  // A ReplicaSet's Deployment speaks for all of its ReplicaSets.
  const manager = kind === 'ReplicaSet' ? controllerOf(owner) : undefined;
  const deployment = manager?.kind === 'Deployment' ? cache.get(deployments, `${namespace}/${manager.name}`) : undefined;
  return deployment
    ? { uid: deployment.metadata.uid ?? '', replicas: deployment.spec.replicas ?? 1 }
    : { uid, replicas: owner.spec?.replicas ?? 1 };
}
