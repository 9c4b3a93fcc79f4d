import { ageColumn, nameColumn, text } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { ResourceQuota } from '../generated/core-v1.ts';
import { resourceQuotas as type } from '../resources.ts';
import { resourceQuotaRules, resourceQuotaStatusRules } from '../validation/resource-quota.ts';
import { ALL_VERBS } from '../verbs.ts';
import { roundResourceList } from './resource-list.ts';

const isLimit = (name: string): boolean => name.startsWith('limits.');

const columns: readonly Column<ResourceQuota>[] = [
  nameColumn,
  text('Request', (quota) => usageText(quota, (name) => !isLimit(name))),
  text('Limit', (quota) => usageText(quota, isLimit)),
  ageColumn,
];

export const resourceQuotas = defineResource<ResourceQuota>({
  ...type,
  singular: 'resourcequota',
  shortNames: ['quota'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.core.v1.ResourceQuota',
  generation: false,
  metadataOnUpdate: ['update'],
  defaults: ({ spec, status }) => {
    roundResourceList(spec?.hard);
    roundResourceList(status?.hard);
    roundResourceList(status?.used);
  },
  rules: resourceQuotaRules,
  statusRules: resourceQuotaStatusRules,
  prepareCreate: (quota) => {
    quota.status = {};
  },
  columns,
});

/** `pods: 2/10, services: 0/5` */
function usageText({ status }: ResourceQuota, shown: (name: string) => boolean): string {
  const { hard = {}, used = {} } = status ?? {};
  const names = Object.keys(hard).filter(shown).sort();
  return names.map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`).join(', ');
}
