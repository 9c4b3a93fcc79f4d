import { ageColumn, nameColumn, text } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { HorizontalPodAutoscaler } from '../generated/autoscaling-v2.ts';
import { horizontalPodAutoscalers as type } from '../resources.ts';
import { horizontalPodAutoscalerRules, horizontalPodAutoscalerStatusRules } from '../validation/horizontal-pod-autoscaler.ts';
import { ALL_VERBS } from '../verbs.ts';
import { withoutVersionAnnotations } from './annotations.ts';
import { defaultAutoscaler } from './defaults.ts';
import { metricsText } from './metrics-text.ts';

/** Columns of autoscalers at either version; both serve the objects stored here. */
export const autoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  text('Reference', ({ spec: { scaleTargetRef: { kind = '', name = '' } = {} } = {} as never }) => `${kind}/${name}`),
  text('Targets', ({ spec, status }) => metricsText(spec?.metrics, status?.currentMetrics)),
  text('MinPods', ({ spec }) => (spec?.minReplicas === undefined ? '<unset>' : String(spec.minReplicas))),
  text('MaxPods', ({ spec }) => spec?.maxReplicas ?? 0),
  text('Replicas', ({ status }) => status?.currentReplicas ?? 0),
  ageColumn,
];

export const horizontalPodAutoscalers = defineResource<HorizontalPodAutoscaler>({
  ...type,
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  metadataOnUpdate: ['update'],
  generation: false,
  resetFields: { status: ['spec'] },
  defaults: (autoscaler) => {
    autoscaler.metadata = withoutVersionAnnotations(autoscaler.metadata);
    defaultAutoscaler(autoscaler);
  },
  rules: horizontalPodAutoscalerRules,
  statusRules: horizontalPodAutoscalerStatusRules,
  prepareCreate: (autoscaler) => {
    autoscaler.status = { desiredReplicas: 0 };
  },
  columns: autoscalerColumns,
});
