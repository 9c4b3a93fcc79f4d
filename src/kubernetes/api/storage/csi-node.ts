import { ageColumn, integer, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { CSINode } from '../generated/storage-v1.ts';
import { csiNodes as type } from '../resources.ts';
import { csiNodeRules } from '../validation/csi-node.ts';
import { ALL_VERBS } from '../verbs.ts';

export const csiNodes = defineResource<CSINode>({
  ...type,
  singular: 'csinode',
  verbs: ALL_VERBS,
  metadataOnUpdate: ['whole'],
  schema: 'io.k8s.api.storage.v1.CSINode',
  rules: csiNodeRules,
  columns: [nameColumn, integer('Drivers', ({ spec }) => spec.drivers?.length ?? 0), ageColumn],
});
