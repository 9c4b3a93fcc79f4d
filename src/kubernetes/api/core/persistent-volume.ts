import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { PersistentVolume } from '../generated/core-v1.ts';
import { persistentVolumes as type } from '../resources.ts';
import { persistentVolumeRules, persistentVolumeStatusRules } from '../validation/persistent-volume.ts';
import { ALL_VERBS } from '../verbs.ts';
import { formatAccessModes, storageClassOf } from './access-modes.ts';
import { roundResourceList } from './resource-list.ts';
import { defaultPersistentVolumeSource } from './volume-defaults.ts';

const columns: readonly Column<PersistentVolume>[] = [
  nameColumn,
  text('Capacity', ({ spec }) => spec?.capacity?.storage ?? '0'),
  text('Access Modes', ({ spec }) => formatAccessModes(spec?.accessModes)),
  text('Reclaim Policy', ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ''),
  text('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''))),
  text('Claim', ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '')),
  text('StorageClass', storageClassOf),
  text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>'),
  text('Reason', ({ status }) => status?.reason ?? ''),
  ageColumn,
  wide('VolumeMode', ({ spec }) => spec?.volumeMode ?? '<unset>'),
];

export const persistentVolumes = defineResource<PersistentVolume>({
  ...type,
  singular: 'persistentvolume',
  shortNames: ['pv'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.core.v1.PersistentVolume',
  generation: false,
  metadataOnUpdate: ['whole', 'whole'],
  defaults: defaultPersistentVolume,
  rules: persistentVolumeRules,
  statusRules: persistentVolumeStatusRules,
  prepareCreate: (volume) => {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: volume.metadata.creationTimestamp ?? undefined };
  },
  columns,
  selectableFields: { name: ({ metadata }) => metadata.name ?? '' },
});

function defaultPersistentVolume({ spec, status }: PersistentVolume): void {
  if (status) status.phase ||= 'Pending';
  if (!spec) return;
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  roundResourceList(spec.capacity);
  defaultPersistentVolumeSource(spec);
}
