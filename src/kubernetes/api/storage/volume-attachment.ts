import { ageColumn, boolean, nameColumn, text } from '../columns.ts';
import { defaultPersistentVolumeSource } from '../core/volume-defaults.ts';
import { defineResource } from '../define.ts';
import type { VolumeAttachment } from '../generated/storage-v1.ts';
import { volumeAttachments as type } from '../resources.ts';
import { volumeAttachmentRules, volumeAttachmentStatusRules } from '../validation/volume-attachment.ts';
import { ALL_VERBS } from '../verbs.ts';

export const volumeAttachments = defineResource<VolumeAttachment>({
  ...type,
  singular: 'volumeattachment',
  verbs: ALL_VERBS,
  subresources: ['status'],
  metadataOnUpdate: ['whole'],
  schema: 'io.k8s.api.storage.v1.VolumeAttachment',
  generation: false,
  defaults: ({ spec }) => {
    if (spec?.source?.inlineVolumeSpec) defaultPersistentVolumeSource(spec.source.inlineVolumeSpec);
  },
  rules: volumeAttachmentRules,
  statusRules: volumeAttachmentStatusRules,
  prepareCreate: (attachment) => {
    attachment.status = { attached: false };
  },
  columns: [
    nameColumn,
    { ...text('Attacher', ({ spec }: VolumeAttachment) => spec.attacher), format: 'name' },
    text('PV', ({ spec }) => spec.source.persistentVolumeName ?? ''),
    text('Node', ({ spec }) => spec.nodeName),
    boolean('Attached', ({ status }) => status?.attached ?? false),
    ageColumn,
  ],
});
