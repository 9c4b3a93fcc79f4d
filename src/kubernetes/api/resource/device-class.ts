import { ageColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { DeviceClass } from '../generated/resource-v1.ts';
import { deviceClasses as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { deviceClassRules } from '../validation/resource/device-class.ts';
import { ALL_VERBS } from '../verbs.ts';

export const deviceClasses = defineResource<DeviceClass>({
  ...type,
  singular: 'deviceclass',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.resource.v1.DeviceClass',
  generation: true,
  nameRule: 'longName',
  anyGenerateName: true,
  rules: deviceClassRules,
  prepareUpdate: (next, previous) => {
    if (!sameValue(next.spec, previous.spec)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
  },
  columns: [nameColumn, ageColumn],
});
