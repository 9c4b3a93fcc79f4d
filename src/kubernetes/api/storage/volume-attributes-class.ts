import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { VolumeAttributesClass } from '../generated/storage-v1.ts';
import { volumeAttributesClasses as type } from '../resources.ts';
import { volumeAttributesClassRules } from '../validation/volume-attributes-class.ts';
import { ALL_VERBS } from '../verbs.ts';

export const volumeAttributesClasses = defineResource<VolumeAttributesClass>({
  ...type,
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.storage.v1.VolumeAttributesClass',
  rules: volumeAttributesClassRules,
  columns: [nameColumn, text('DriverName', ({ driverName }) => driverName ?? ''), ageColumn],
});
