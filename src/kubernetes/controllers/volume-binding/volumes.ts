import type { PersistentVolume, PersistentVolumePhase } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../api/resources.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** Says whether a volume is free, bound or released. */
export const volumePhaseController = defineController({
  name: 'persistentvolume-phase',
  eventSource: 'persistentvolume-controller',
  primary: persistentVolumes,
  watches: [
    watchOf(persistentVolumeClaims, ({ next, previous }) => {
      const name = (next ?? previous)?.spec.volumeName;
      return name ? [name] : [];
    }),
  ],

  async reconcile(name, context, signal) {
    const volume = context.cache.get(persistentVolumes, name);
    if (!volume) return done;
    const phase = await phaseOf(volume, context, signal);
    if (phase === 'Released') tellUndeletable(volume, context);
    if (phase && phase !== volume.status?.phase) {
      await context.api.updateStatus(persistentVolumes, { ...volume, status: { ...volume.status, phase } }, {}, signal).catch((error) => {
        if (!isNotFound(error)) throw error;
      });
    }
    return done;
  },
});

/** Undefined where the claim's binding decides. */
async function phaseOf(
  { spec, status }: PersistentVolume,
  { cache, api }: ControllerContext,
  signal: AbortSignal,
): Promise<PersistentVolumePhase | undefined> {
  const reference = spec.claimRef;
  if (!reference?.uid) return 'Available';
  const { namespace, name = '', uid } = reference;
  const known = cache.get(persistentVolumeClaims, `${namespace}/${name}`);
  if (known?.metadata.uid === uid) return status?.phase === 'Released' ? 'Bound' : undefined;
  // Releasing may delete the data: the cache alone is not asked.
  const live = await api.get(persistentVolumeClaims, { namespace, name }, signal).catch((error) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  return live?.metadata.uid === uid ? undefined : 'Released';
}

function tellUndeletable(volume: PersistentVolume, { events }: ControllerContext): void {
  if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
  // An external provisioner deletes what it made; of the others nobody here knows how.
  if (volume.metadata.annotations?.[PROVISIONED_BY] || volume.spec.csi || volume.status?.phase === 'Released') return;
  events.warning(volume, 'VolumeFailedDelete', 'error getting deleter volume plugin for volume: no volume plugin matched');
}
