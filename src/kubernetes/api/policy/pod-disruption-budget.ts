import { ageColumn, integer, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { PodDisruptionBudget } from '../generated/policy-v1.ts';
import { podDisruptionBudgets as type } from '../resources.ts';
import { podDisruptionBudgetRules, podDisruptionBudgetStatusRules } from '../validation/pod-disruption-budget.ts';
import { ALL_VERBS } from '../verbs.ts';

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  ...type,
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  // Upstream leaves the metadata of budgets to what it checks for every kind.
  nameRule: 'pathSegment',
  anyFinalizer: true,
  metadataOnUpdate: [],
  rules: podDisruptionBudgetRules,
  statusRules: podDisruptionBudgetStatusRules,
  prepareCreate: (budget) => {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  columns: [
    nameColumn,
    text('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    text('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    integer('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0),
    ageColumn,
  ],
});
