import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.ts';
import { matchesNodeSelector } from '../../api/helpers/node-affinity.ts';
import { persistentVolumeClaims, persistentVolumes, storageClasses } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { Lister } from '../../client/informer.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { FilterPlugin, PreBindPlugin, Rejection } from '../framework/plugin.ts';
import { fits, rejects, skip } from '../framework/plugin.ts';

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

export interface StorageListers {
  lister<T extends KubeObject>(type: ResourceType<T>): Lister<T>;
}

interface State {
  bound: PersistentVolumeClaim[];
}

/** Holds a pod to the nodes its volumes can be reached from, and has late-binding claims provisioned where it goes. */
export function volumeBinding(storage: StorageListers, api: Pick<ApiClient, 'patch'>) {
  return {
    name: 'VolumeBinding',
    wakesOn: ['Node/Add', 'Node/UpdateLabel', 'Storage/Change'],

    preFilter({ pod }: PodInfo): State | typeof skip | Rejection {
      const names = claimNames(pod);
      if (names.length === 0) return skip;
      const bound: PersistentVolumeClaim[] = [];
      for (const name of names) {
        const claim = storage.lister(persistentVolumeClaims).get(`${pod.metadata.namespace}/${name}`);
        if (!claim) return rejects(`persistentvolumeclaim "${name}" not found`, { preemptionHelps: false });
        if (claim.metadata.deletionTimestamp)
          return rejects(`persistentvolumeclaim "${name}" is being deleted`, { preemptionHelps: false });
        if (claim.spec?.volumeName) bound.push(claim);
        else if (!bindsLate(storage, claim)) return rejects('pod has unbound immediate PersistentVolumeClaims', { preemptionHelps: false });
      }
      return { bound };
    },

    filter(_: PodInfo, { node }: NodeInfo, { bound }: State) {
      for (const claim of bound) {
        const volume = storage.lister(persistentVolumes).get(claim.spec?.volumeName ?? '');
        if (!volume)
          return rejects('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)', { preemptionHelps: false });
        const required = volume.spec?.nodeAffinity?.required;
        if (required && !matchesNodeSelector(required, node))
          return rejects("node(s) didn't match PersistentVolume's node affinity", { preemptionHelps: false });
      }
      return fits;
    },

    async preBind({ pod }: PodInfo, { name }: NodeInfo, signal: AbortSignal) {
      for (const claimName of claimNames(pod)) {
        const { namespace } = pod.metadata;
        const claim = storage.lister(persistentVolumeClaims).get(`${namespace}/${claimName}`);
        if (!claim || claim.spec?.volumeName || claim.metadata.annotations?.[SELECTED_NODE] === name) continue;
        const patch = { metadata: { annotations: { [SELECTED_NODE]: name } } };
        await api.patch(persistentVolumeClaims, { namespace, name: claimName }, patch, { type: 'merge' }, signal);
      }
    },
  } satisfies FilterPlugin<State> & PreBindPlugin;
}

function claimNames({ spec, metadata }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${metadata.name}-${name}`] : [];
  });
}

function bindsLate(storage: StorageListers, claim: PersistentVolumeClaim): boolean {
  const storageClass = storage.lister(storageClasses).get(claim.spec?.storageClassName ?? '');
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
