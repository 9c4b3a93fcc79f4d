import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../generated/core-v1.ts';
import { persistentVolumeClaims as type } from '../resources.ts';
import { persistentVolumeClaimRules, persistentVolumeClaimStatusRules } from '../validation/persistent-volume-claim.ts';
import { ALL_VERBS } from '../verbs.ts';
import { formatAccessModes, storageClassOf } from './access-modes.ts';
import { defaultClaimSpec } from './claim-defaults.ts';

const columns: readonly Column<PersistentVolumeClaim>[] = [
  nameColumn,
  text('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''))),
  text('Volume', ({ spec }) => spec?.volumeName ?? ''),
  text('Capacity', ({ spec, status }) => (spec?.volumeName ? (status?.capacity?.storage ?? '0') : '')),
  text('Access Modes', ({ spec, status }) => (spec?.volumeName ? formatAccessModes(status?.accessModes) : '')),
  text('StorageClass', storageClassOf),
  text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>'),
  ageColumn,
  wide('VolumeMode', ({ spec }) => spec?.volumeMode ?? '<unset>'),
];

export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({
  ...type,
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  generation: false,
  defaults: (claim) => {
    if (claim.spec) defaultClaimSpec(claim.spec);
    if (claim.status) claim.status.phase ||= 'Pending';
  },
  rules: persistentVolumeClaimRules,
  statusRules: persistentVolumeClaimStatusRules,
  prepareCreate: (claim) => {
    claim.status = { phase: 'Pending' };
    prepareSources(claim.spec, undefined);
  },
  prepareUpdate: (next, previous) => prepareSources(next.spec, previous.spec),
  columns,
  selectableFields: { name: ({ metadata }) => metadata.name ?? '' },
});

const SNAPSHOTS = 'snapshot.storage.k8s.io';

/** Sources of data that nothing here provides have always been dropped, not refused. */
function keepKnownSource(spec: PersistentVolumeClaimSpec): void {
  if (spec.dataSourceRef?.namespace) delete spec.dataSourceRef;
  const { kind, apiGroup } = spec.dataSource ?? {};
  const known = (kind === 'PersistentVolumeClaim' && !apiGroup) || (kind === 'VolumeSnapshot' && apiGroup === SNAPSHOTS);
  if (!known) delete spec.dataSource;
}

/** The two ways to name a source of data mirror each other. */
function mirrorSources(spec: PersistentVolumeClaimSpec): void {
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSource) {
    const { apiGroup, kind, name } = spec.dataSourceRef;
    spec.dataSource = { ...(apiGroup !== undefined && { apiGroup }), kind, name };
  }
}

function prepareSources(spec: PersistentVolumeClaimSpec | undefined, previous: PersistentVolumeClaimSpec | undefined): void {
  if (!spec) return;
  if (!previous?.dataSource && !previous?.dataSourceRef) keepKnownSource(spec);
  mirrorSources(spec);
}
