import { Disc, HardDrive } from 'lucide-react';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../kubernetes/api/generated/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../../kubernetes/api/resources.ts';
import { t } from '../../i18n/index.ts';
import { type Standing, standing } from '../../kube/standing.ts';
import { statusColumn, textColumn } from '../common-columns.tsx';
import { defineView } from '../view.ts';

function volumeStanding({ status }: PersistentVolume | PersistentVolumeClaim): Standing {
  const word = status?.phase ?? 'Pending';
  const level = word === 'Bound' ? 'good' : word === 'Failed' || word === 'Lost' ? 'bad' : word === 'Pending' ? 'busy' : 'idle';
  return standing(level, word);
}

export const persistentVolumeClaimsView = defineView<PersistentVolumeClaim>({
  resource: persistentVolumeClaims,
  title: t('kinds.persistentVolumeClaims'),
  icon: Disc,
  group: 'config',
  columns: [
    'name',
    statusColumn(volumeStanding),
    textColumn(t('columns.volume'), ({ spec }) => spec?.volumeName),
    textColumn(t('columns.capacity'), ({ status }) => status?.capacity?.storage, { align: 'right', width: '90px' }),
    textColumn(t('columns.storageClass'), ({ spec }) => spec?.storageClassName, { drop: 3 }),
    'namespace',
    'age',
  ],
  standing: volumeStanding,
});

export const persistentVolumesView = defineView<PersistentVolume>({
  resource: persistentVolumes,
  title: t('kinds.persistentVolumes'),
  icon: HardDrive,
  group: 'config',
  columns: [
    'name',
    statusColumn(volumeStanding),
    textColumn(t('columns.capacity'), ({ spec }) => spec?.capacity?.storage, { align: 'right', width: '90px' }),
    textColumn(t('columns.claim'), ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : undefined), {
      width: 'minmax(140px, 1.4fr)',
    }),
    textColumn(t('columns.storageClass'), ({ spec }) => spec?.storageClassName, { drop: 3 }),
    'age',
  ],
  standing: volumeStanding,
});
