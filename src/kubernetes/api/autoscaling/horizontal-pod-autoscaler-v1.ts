import type { KubeObject } from '../../machinery/meta.ts';
import { defineResource } from '../define.ts';
import type { HorizontalPodAutoscaler as V1 } from '../generated/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler } from '../generated/autoscaling-v2.ts';
import { horizontalPodAutoscalersV1 as type } from '../resources.ts';
import { horizontalPodAutoscalerRules, horizontalPodAutoscalerStatusRules } from '../validation/horizontal-pod-autoscaler.ts';
import { ALL_VERBS } from '../verbs.ts';
import { defaultAutoscaler } from './defaults.ts';
import { autoscalerColumns, horizontalPodAutoscalers as stored } from './horizontal-pod-autoscaler.ts';
import { autoscalerFromV1, autoscalerToV1 } from './v1/conversion.ts';

/** The older shape of autoscalers, which knows one target for CPU. What it stands for is what is checked and stored. */
export const horizontalPodAutoscalersV1 = defineResource<V1>({
  ...type,
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  metadataOnUpdate: ['update'],
  generation: false,
  resetFields: { status: ['spec'] },
  defaults: (autoscaler) => {
    const meant = autoscalerFromV1(autoscaler);
    defaultAutoscaler(meant);
    Object.assign(autoscaler, autoscalerToV1(meant));
  },
  prepareCreate: (autoscaler) => {
    autoscaler.status = { currentReplicas: 0, desiredReplicas: 0 };
  },
  rules: (next, previous) => horizontalPodAutoscalerRules(autoscalerFromV1(next), previous && autoscalerFromV1(previous)),
  statusRules: (next) => horizontalPodAutoscalerStatusRules(autoscalerFromV1(next)),
  columns: autoscalerColumns.map((column) => ({
    ...column,
    value: (autoscaler: V1, now: number) => column.value(autoscalerFromV1(autoscaler), now),
  })),
  storedAs: {
    definition: stored as never,
    toStored: autoscalerFromV1 as (object: V1) => KubeObject,
    fromStored: (object) => autoscalerToV1(object as HorizontalPodAutoscaler),
  },
});
