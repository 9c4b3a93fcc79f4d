import type { PersistentVolumeSpec, Volume } from '../generated/core-v1.ts';
import { defaultClaimSpec } from './claim-defaults.ts';
import { pullPolicyOf } from './pull-policy.ts';

const DEFAULT_MODE = 0o644;
const TOKEN_SECONDS = 3600;

/** Defaults of one volume; a volume of no kind is an empty directory. */
export function defaultVolume(volume: Volume): void {
  const sources = Object.keys(volume).filter((key) => key !== 'name' && volume[key as keyof Volume] !== undefined);
  if (sources.length === 0) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= DEFAULT_MODE;
  if (volume.configMap) volume.configMap.defaultMode ??= DEFAULT_MODE;
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= DEFAULT_MODE;
    defaultFieldRefs(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.ephemeral?.volumeClaimTemplate?.spec) defaultClaimSpec(volume.ephemeral.volumeClaimTemplate.spec);
  if (volume.image) volume.image.pullPolicy ||= pullPolicyOf(volume.image.reference ?? '');
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= 'default';
  if (volume.rbd) defaultRbd(volume.rbd);
  if (volume.azureDisk) defaultAzureDisk(volume.azureDisk);
  if (volume.scaleIO) defaultScaleIo(volume.scaleIO);
}

function defaultFieldRefs(items: readonly { fieldRef?: { apiVersion?: string } }[] = []): void {
  for (const { fieldRef } of items) if (fieldRef) fieldRef.apiVersion ||= 'v1';
}

function defaultProjected(projected: NonNullable<Volume['projected']>): void {
  projected.defaultMode ??= DEFAULT_MODE;
  for (const source of projected.sources ?? []) {
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS;
    defaultFieldRefs(source.downwardAPI?.items);
  }
}

/** Ceph's defaults; volumes of pods and persistent volumes share them. */
function defaultRbd(rbd: { pool?: string; user?: string; keyring?: string }): void {
  rbd.pool ||= 'rbd';
  rbd.user ||= 'admin';
  rbd.keyring ||= '/etc/ceph/keyring';
}

function defaultAzureDisk(disk: { cachingMode?: string; kind?: string; fsType?: string; readOnly?: boolean }): void {
  disk.cachingMode ??= 'ReadWrite';
  disk.kind ??= 'Shared';
  disk.fsType ??= 'ext4';
  disk.readOnly ??= false;
}

function defaultScaleIo(volume: { storageMode?: string; fsType?: string }): void {
  volume.storageMode ||= 'ThinProvisioned';
  volume.fsType ||= 'xfs';
}

/** Defaults of what a persistent volume is kept in. */
export function defaultPersistentVolumeSource(spec: PersistentVolumeSpec): void {
  if (spec.hostPath) spec.hostPath.type ??= '';
  if (spec.iscsi) spec.iscsi.iscsiInterface ||= 'default';
  if (spec.rbd) defaultRbd(spec.rbd);
  if (spec.azureDisk) defaultAzureDisk(spec.azureDisk);
  if (spec.scaleIO) defaultScaleIo(spec.scaleIO);
}
