import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ServiceCIDR } from '../generated/networking-v1.ts';
import { serviceCIDrs as type } from '../resources.ts';
import { serviceCidrRules } from '../validation/service-cidr.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Networks that services get their addresses from. */
export const serviceCidrs = defineResource<ServiceCIDR>({
  ...type,
  singular: 'servicecidr',
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.networking.v1.ServiceCIDR',
  generation: false,
  metadataOnUpdate: ['update'],
  resetFields: { main: ['status'], status: ['spec'] },
  rules: serviceCidrRules,
  columns: [nameColumn, text('CIDRs', ({ spec }) => spec?.cidrs?.join(',') ?? ''), ageColumn],
});
