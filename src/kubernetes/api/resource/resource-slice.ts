import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { Device, DeviceAttribute, ResourceSlice } from '../generated/resource-v1.ts';
import { resourceSlices as type } from '../resources.ts';
import { sameValue } from '../validation/equal.ts';
import { resourceSliceRules } from '../validation/resource/resource-slice.ts';
import { ALL_VERBS } from '../verbs.ts';

export const resourceSlices = defineResource<ResourceSlice>({
  ...type,
  singular: 'resourceslice',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.resource.v1.ResourceSlice',
  generation: true,
  metadataOnUpdate: ['update'],
  defaults: ({ spec }) => spec?.devices?.forEach(defaultTaints),
  rules: resourceSliceRules,
  prepareCreate: ({ spec }) => dropDisabled(spec?.devices, undefined),
  prepareUpdate: (next, previous) => {
    if (!sameValue(next.spec, previous.spec)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1;
    dropDisabled(next.spec?.devices, previous.spec?.devices);
  },
  *warnings({ spec }) {
    const driver = spec?.driver ?? '';
    if (driver !== driver.toLowerCase())
      yield `spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`;
  },
  columns: [
    nameColumn,
    text('Node', ({ spec }) => spec.nodeName ?? ''),
    text('Driver', ({ spec }) => spec.driver),
    text('Pool', ({ spec }) => spec.pool.name),
    ageColumn,
  ],
  selectableFields: {
    'spec.driver': ({ spec }) => spec?.driver ?? '',
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
  },
});

function defaultTaints({ taints }: Device): void {
  for (const taint of taints ?? []) taint.timeAdded ??= `${new Date().toISOString().slice(0, 19)}Z`;
}

const LISTS = ['ints', 'bools', 'strings', 'versions'] as const;

/** Takes away what gates of the release keep out: lists as attributes, and devices that take from a node's resources. */
function dropDisabled(devices: readonly Device[] | undefined, previous: readonly Device[] | undefined): void {
  const listsUsed = previous?.some(({ attributes }) => Object.values(attributes ?? {}).some(hasList));
  const mappingsUsed = previous?.some(({ nodeAllocatableResourceMappings: mappings }) => Object.keys(mappings ?? {}).length > 0);
  for (const device of devices ?? []) {
    if (!listsUsed) for (const attribute of Object.values(device.attributes ?? {})) for (const list of LISTS) delete attribute?.[list];
    if (!mappingsUsed) delete device.nodeAllocatableResourceMappings;
  }
}

const hasList = (attribute: DeviceAttribute): boolean => LISTS.some((list) => attribute?.[list] !== undefined);
