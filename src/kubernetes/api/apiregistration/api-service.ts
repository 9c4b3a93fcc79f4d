import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { APIService } from '../generated/apiregistration-v1.ts';
import { apiServices as type } from '../resources.ts';
import { apiServiceRules, apiServiceStatusRules } from '../validation/api-service.ts';
import { ALL_VERBS } from '../verbs.ts';

export const apiServices = defineResource<APIService>({
  ...type,
  singular: 'apiservice',
  categories: ['api-extensions'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  nameRule: 'pathSegment',
  generation: false,
  anyFinalizer: true,
  defaults: ({ spec }) => {
    if (spec?.service) spec.service.port ??= 443;
  },
  rules: apiServiceRules,
  statusRules: apiServiceStatusRules,
  prepareCreate: (apiService) => {
    const at = apiService.metadata.creationTimestamp ?? '';
    const local = {
      type: 'Available',
      status: 'True' as const,
      lastTransitionTime: at,
      reason: 'Local',
      message: 'Local APIServices are always available',
    };
    apiService.status = apiService.spec?.service ? {} : { conditions: [local] };
  },
  columns: [
    nameColumn,
    text('Service', ({ spec }) => (spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local')),
    text('Available', availableOf),
    ageColumn,
  ],
});

function availableOf({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type: name }) => name === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`;
}
