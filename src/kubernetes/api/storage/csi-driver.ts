import { ageColumn, boolean, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { CSIDriver } from '../generated/storage-v1.ts';
import { csiDrivers as type } from '../resources.ts';
import { csiDriverRules } from '../validation/csi-driver.ts';
import { sameValue } from '../validation/equal.ts';
import { ALL_VERBS } from '../verbs.ts';

export const csiDrivers = defineResource<CSIDriver>({
  ...type,
  singular: 'csidriver',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.storage.v1.CSIDriver',
  metadataOnUpdate: ['update'],
  defaults: (driver) => {
    driver.spec ??= {};
    const { spec } = driver;
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  rules: csiDriverRules,
  prepareCreate: ({ spec }) => {
    delete spec.preventPodSchedulingIfMissing;
  },
  // Unlike elsewhere the first version is version 0.
  prepareUpdate: (next, previous) => {
    if (previous.spec.preventPodSchedulingIfMissing === undefined) delete next.spec.preventPodSchedulingIfMissing;
    if (!sameValue(next.spec, previous.spec)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
  },
  columns: [
    nameColumn,
    boolean('AttachRequired', ({ spec }) => spec.attachRequired ?? true),
    boolean('PodInfoOnMount', ({ spec }) => spec.podInfoOnMount ?? false),
    boolean('StorageCapacity', ({ spec }) => spec.storageCapacity ?? false),
    text('TokenRequests', ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') || '<unset>'),
    boolean('RequiresRepublish', ({ spec }) => spec.requiresRepublish ?? false),
    text('Modes', ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>'),
    ageColumn,
  ],
});
