import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { LimitRange, LimitRangeItem } from '../generated/core-v1.ts';
import { limitRanges as type } from '../resources.ts';
import { limitRangeRules } from '../validation/limit-range.ts';
import { ALL_VERBS } from '../verbs.ts';
import { roundResourceList } from './resource-list.ts';

export const limitRanges = defineResource<LimitRange>({
  ...type,
  singular: 'limitrange',
  shortNames: ['limits'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.core.v1.LimitRange',
  metadataOnUpdate: ['whole'],
  defaults: ({ spec }) => {
    for (const limit of spec?.limits ?? []) defaultLimit(limit);
  },
  rules: limitRangeRules,
  prepareCreate: ({ metadata }) => {
    // The one kind that need not be named at all.
    if (!metadata.name && !metadata.generateName && metadata.uid) metadata.name = metadata.uid;
  },
  columns: [nameColumn, createdAtColumn],
});

/** A container without limits gets the most there may be, and requests what it is limited to. */
function defaultLimit(limit: LimitRangeItem): void {
  for (const part of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const) roundResourceList(limit[part]);
  if (limit.type !== 'Container') return;
  limit.default = { ...limit.max, ...limit.default };
  limit.defaultRequest = { ...limit.min, ...limit.default, ...limit.defaultRequest };
}
