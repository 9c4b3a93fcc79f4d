import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { CSIStorageCapacity } from '../generated/storage-v1.ts';
import { csiStorageCapacities as type } from '../resources.ts';
import { csiStorageCapacityRules } from '../validation/csi-storage-capacity.ts';
import { ALL_VERBS } from '../verbs.ts';

export const csiStorageCapacities = defineResource<CSIStorageCapacity>({
  ...type,
  singular: 'csistoragecapacity',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.storage.v1.CSIStorageCapacity',
  rules: csiStorageCapacityRules,
  columns: [nameColumn, createdAtColumn],
});
