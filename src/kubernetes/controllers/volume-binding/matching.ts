import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { selectorFrom } from '../../machinery/selectors.ts';

const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The class by field or by the annotation it had before; the empty string means expressly none. */
export function classOf({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string {
  return metadata.annotations?.[LEGACY_CLASS] ?? spec.storageClassName ?? '';
}

/** True where the volume names this claim, with its uid or, when it was made beforehand, without. */
export function isFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec.claimRef;
  if (reference?.name !== claim.metadata.name || reference?.namespace !== claim.metadata.namespace) return false;
  return !reference?.uid || reference.uid === claim.metadata.uid;
}

/** The volume made for the claim, else the smallest free one that suits it. */
export function bestVolume(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): PersistentVolume | undefined {
  const reserved = volumes.find((volume) => isFor(volume, claim) && fits(claim, volume));
  if (reserved) return reserved;
  const suitable = volumes.filter((volume) => !volume.spec.claimRef && suits(claim, volume));
  return suitable.sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))[0];
}

export const sizeOf = ({ spec }: PersistentVolume): string => spec.capacity?.storage ?? '0';

function suits(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const { selector } = claim.spec;
  if (volume.metadata.deletionTimestamp || classOf(volume) !== classOf(claim)) return false;
  if (selector && !selectorFrom(selector).matches(volume.metadata.labels)) return false;
  return fits(claim, volume);
}

function fits({ spec }: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const modes = volume.spec.accessModes ?? [];
  return (
    compareQuantities(sizeOf(volume), spec.resources?.requests?.storage ?? '0') >= 0 &&
    (spec.accessModes ?? []).every((mode) => modes.includes(mode)) &&
    (spec.volumeMode ?? 'Filesystem') === (volume.spec.volumeMode ?? 'Filesystem') &&
    (spec.volumeAttributesClassName ?? '') === (volume.spec.volumeAttributesClassName ?? '')
  );
}
