import type { PersistentVolume, PersistentVolumeClaim, Volume } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../api/resources.ts';
import { isNotFound } from '../../machinery/status.ts';
import { checkHostPath } from './host-path.ts';
import type { MountableVolume, VolumePlugin, VolumeRequest } from './plugin.ts';
import { VolumeError } from './volume-error.ts';

/** A claim that is bound to a volume of this node: host path or local. */
export const persistentVolume: VolumePlugin = {
  name: 'persistent-volume',
  supports: (volume) => volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined,

  async setUp(request) {
    const claim = await claimOf(request);
    const volume = await boundVolume(request, claim);
    return await mountable(volume, request.volume.persistentVolumeClaim?.readOnly ?? false);
  },
};

function claimName({ pod, volume }: VolumeRequest): string {
  return volume.persistentVolumeClaim?.claimName ?? generatedClaimName(pod.metadata.name, volume);
}

const generatedClaimName = (podName: string, volume: Volume) => `${podName}-${volume.name}`;

async function claimOf(request: VolumeRequest): Promise<PersistentVolumeClaim> {
  const { pod, services, signal } = request;
  const name = claimName(request);
  const { namespace } = pod.metadata;
  const claim = await services.api.get(persistentVolumeClaims, { namespace, name }, signal).catch((error: unknown) => {
    if (isNotFound(error))
      throw new VolumeError(`error processing PVC ${namespace}/${name}: failed to fetch PVC from API server: ${error.message}`);
    throw error;
  });
  if (claim.metadata.deletionTimestamp) throw new VolumeError(`error processing PVC ${namespace}/${name}: PVC is being deleted`);
  if (claim.status?.phase !== 'Bound' || !claim.spec?.volumeName)
    throw new VolumeError(`error processing PVC ${namespace}/${name}: PVC is not bound`);
  return claim;
}

async function boundVolume({ services, signal }: VolumeRequest, claim: PersistentVolumeClaim): Promise<PersistentVolume> {
  const name = claim.spec?.volumeName ?? '';
  const volume = await services.api.get(persistentVolumes, { name }, signal);
  if (volume.spec?.claimRef?.uid === claim.metadata.uid) return volume;
  throw new VolumeError(
    `PV "${name}" spec.claimRef.UID ("${volume.spec?.claimRef?.uid ?? ''}") does not match the expected value "${claim.metadata.uid}"`,
  );
}

async function mountable({ spec, metadata }: PersistentVolume, readOnly: boolean): Promise<MountableVolume> {
  if (spec?.hostPath) {
    await checkHostPath(spec.hostPath.path, spec.hostPath.type || 'DirectoryOrCreate');
    return { path: spec.hostPath.path, readOnly };
  }
  if (spec?.local) {
    await checkHostPath(spec.local.path, 'Directory');
    return { path: spec.local.path, readOnly };
  }
  throw new VolumeError(`no volume plugin matched for PersistentVolume "${metadata.name}"`);
}
