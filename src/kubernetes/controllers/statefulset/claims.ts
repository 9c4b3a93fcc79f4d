import type { StatefulSet } from '../../api/generated/apps-v1.ts';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, pods, statefulSets } from '../../api/resources.ts';
import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { isAlreadyExists } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { claimName, podName } from './identity.ts';

/** Makes the claims that a pod needs before it is made; they stay when it goes. */
export async function ensureClaims(
  set: StatefulSet,
  ordinal: number,
  { cache, api, events }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    if (cache.get(persistentVolumeClaims, `${set.metadata.namespace}/${name}`)) continue;
    const wanted = claimFrom(set, template, name);
    const whose = `Claim ${name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
    try {
      await api.create(persistentVolumeClaims, wanted, {}, signal);
      events.normal(set, 'SuccessfulCreate', `create ${whose} success`);
    } catch (error) {
      if (isAlreadyExists(error)) continue;
      events.warning(set, 'FailedCreate', `create ${whose} failed error: ${(error as Error).message}`);
      throw error;
    }
  }
}

function claimFrom(set: StatefulSet, template: PersistentVolumeClaim, name: string): PersistentVolumeClaim {
  const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
  return {
    metadata: { name, namespace: set.metadata.namespace, labels, annotations: template.metadata.annotations },
    spec: structuredClone(template.spec),
  };
}

/** Has claims go with the set, or with their pod when it is scaled away, where the set wants that; else they stay. */
export async function applyRetention(
  set: StatefulSet,
  pod: Pod,
  ordinal: number,
  condemned: boolean,
  { cache, api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const claim = cache.get(persistentVolumeClaims, `${set.metadata.namespace}/${claimName(set, template, ordinal)}`);
    if (!claim || claim.metadata.deletionTimestamp) continue;
    const others = (claim.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
    const withPod = condemned && whenScaled === 'Delete' ? [ownerReference(pods, pod)] : [];
    const withSet = whenDeleted === 'Delete' && withPod.length === 0 ? [ownerReference(statefulSets, set)] : [];
    const ownerReferences = [...others, ...withPod, ...withSet];
    if (semanticallyEqual(ownerReferences, claim.metadata.ownerReferences)) continue;
    await api.update(persistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, ownerReferences } }, {}, signal);
  }
}

function ownerReference(type: ResourceType, { metadata: { name = '', uid = '' } }: KubeObject): OwnerReference {
  return { apiVersion: apiVersionOf(type), kind: type.kind, name, uid, ...(type === statefulSets ? { controller: true } : {}) };
}
