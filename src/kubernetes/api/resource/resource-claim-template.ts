import { ageColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ResourceClaimTemplate } from '../generated/resource-v1.ts';
import { resourceClaimTemplates as type } from '../resources.ts';
import { resourceClaimTemplateRules } from '../validation/resource/resource-claim-template.ts';
import { ALL_VERBS } from '../verbs.ts';
import { requestFaults } from './admin-access.ts';
import { defaultDeviceClaim } from './request-defaults.ts';

export const resourceClaimTemplates = defineResource<ResourceClaimTemplate>({
  ...type,
  singular: 'resourceclaimtemplate',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.resource.v1.ResourceClaimTemplate',
  defaults: ({ spec }) => defaultDeviceClaim(spec?.spec?.devices),
  rules: resourceClaimTemplateRules,
  namespaceRules: { create: ({ spec }, namespace) => requestFaults(spec?.spec?.devices, namespace) },
  columns: [nameColumn, ageColumn],
});
