import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { StorageClass } from '../generated/storage-v1.ts';
import { storageClasses as type } from '../resources.ts';
import { storageClassRules } from '../validation/storage-class.ts';
import { ALL_VERBS } from '../verbs.ts';

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

export const storageClasses = defineResource<StorageClass>({
  ...type,
  singular: 'storageclass',
  shortNames: ['sc'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.storage.v1.StorageClass',
  defaults: (storageClass) => {
    storageClass.reclaimPolicy ??= 'Delete';
    storageClass.volumeBindingMode ??= 'Immediate';
  },
  rules: storageClassRules,
  columns: [
    {
      ...nameColumn,
      value: ({ metadata }) => {
        const isDefault = DEFAULT_ANNOTATIONS.some((name) => metadata.annotations?.[name] === 'true');
        return `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`;
      },
    },
    text('Provisioner', ({ provisioner }) => provisioner ?? ''),
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate'),
    text('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn,
  ],
});
