import type { ObjectMeta } from '../../../machinery/meta.ts';
import { goJson } from '../../../machinery/validation/go-text.ts';
import type { HorizontalPodAutoscaler as V1 } from '../../generated/autoscaling-v1.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
} from '../../generated/autoscaling-v2.ts';
import { BEHAVIOR, CONDITIONS, CURRENT_METRICS, METRICS, withoutVersionAnnotations } from '../annotations.ts';
import { defaultMetrics } from '../defaults.ts';
import { behaviorFromV1, behaviorToV1 } from './behavior.ts';
import { metricStatusFromV1, metricStatusToV1 } from './metric-statuses.ts';
import { metricFromV1, metricToV1 } from './metrics.ts';
import { present } from './present.ts';

/** An autoscaler at v1: one CPU target, and in annotations whatever else it is told. */
export function autoscalerToV1({ metadata, spec, status, ...rest }: HorizontalPodAutoscaler): V1 {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics } = spec ?? ({} as HorizontalPodAutoscalerSpec);
  const { observedGeneration, lastScaleTime, currentReplicas = 0, desiredReplicas = 0 } = status ?? {};
  return {
    ...rest,
    metadata: withAnnotations(withoutVersionAnnotations(metadata), annotationsOf(spec, status)),
    spec: present({
      scaleTargetRef,
      minReplicas,
      maxReplicas,
      targetCPUUtilizationPercentage: metrics?.find(isCpuShare)?.resource?.target.averageUtilization,
    }),
    status: present({
      observedGeneration,
      lastScaleTime,
      currentReplicas,
      desiredReplicas,
      currentCPUUtilizationPercentage: measuredCpuShare(status),
    }),
  };
}

/** The autoscaler that one at v1 stands for. Annotations that cannot be read say nothing. */
export function autoscalerFromV1({ metadata, spec, status, ...rest }: V1): HorizontalPodAutoscaler {
  const { annotations = {} } = metadata;
  const said = (name: string): unknown => parsed(annotations[name]);
  return {
    ...rest,
    metadata: withoutVersionAnnotations(metadata),
    spec: specFrom(spec ?? ({} as V1['spec']), said),
    status: statusFrom(status, said),
  };
}

type Said = (annotation: string) => unknown;

function specFrom({ targetCPUUtilizationPercentage: share, ...same }: V1['spec'], said: Said): HorizontalPodAutoscalerSpec {
  const metrics = listOf(said(METRICS), metricFromV1) ?? [];
  if (share !== undefined) metrics.push(cpuShare(share));
  return present({ ...same, metrics: metrics.length > 0 ? metrics : defaultMetrics(), behavior: behaviorFromV1(said(BEHAVIOR)) });
}

function statusFrom(status: V1['status'], said: Said): HorizontalPodAutoscalerStatus {
  const { currentCPUUtilizationPercentage: share, desiredReplicas = 0, ...same } = status ?? {};
  const measured =
    share === undefined ? undefined : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: share } } }];
  return present({
    ...same,
    desiredReplicas,
    currentMetrics: listOf(said(CURRENT_METRICS), metricStatusFromV1) ?? measured,
    conditions: listOf(said(CONDITIONS), (condition: HorizontalPodAutoscalerCondition) => condition),
  });
}

function annotationsOf(
  spec: HorizontalPodAutoscalerSpec | undefined,
  status: HorizontalPodAutoscalerStatus | undefined,
): Record<string, string> {
  const others = (spec?.metrics ?? []).filter((metric) => !isCpuShare(metric));
  const { currentMetrics, conditions } = status ?? {};
  return {
    ...(others.length > 0 && { [METRICS]: goJson(others.map(metricToV1)) }),
    ...(currentMetrics?.length && { [CURRENT_METRICS]: goJson(currentMetrics.map(metricStatusToV1)) }),
    ...(conditions?.length && { [CONDITIONS]: goJson(conditions.map(conditionInOrder)) }),
    ...(spec?.behavior && { [BEHAVIOR]: goJson(behaviorToV1(spec.behavior)) }),
  };
}

function withAnnotations(metadata: ObjectMeta, added: Record<string, string>): ObjectMeta {
  return Object.keys(added).length > 0 ? { ...metadata, annotations: { ...metadata.annotations, ...added } } : metadata;
}

function conditionInOrder({ type, status, lastTransitionTime = '', reason, message }: HorizontalPodAutoscalerCondition): object {
  return present({
    type,
    status,
    lastTransitionTime: lastTransitionTime || null,
    reason: reason || undefined,
    message: message || undefined,
  });
}

function isCpuShare({ type, resource }: MetricSpec): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;
}

function cpuShare(averageUtilization: number): MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function measuredCpuShare(status: HorizontalPodAutoscalerStatus | undefined): number | undefined {
  const shares = (status?.currentMetrics ?? [])
    .filter(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')
    .map(({ resource }) => resource?.current.averageUtilization);
  return shares.findLast((share) => share !== undefined);
}

function listOf<From, To>(said: unknown, convert: (item: From) => To): To[] | undefined {
  return Array.isArray(said) ? (said as From[]).map((item) => convert(item)) : undefined;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
