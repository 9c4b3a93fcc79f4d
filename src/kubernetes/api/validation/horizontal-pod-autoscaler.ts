import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, invalidValue, required } from '../../machinery/validation/faults.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSpec } from '../generated/autoscaling-v2.ts';
import { metricRules } from './scaling-metrics.ts';
import { type ReferenceOptions, referenceRules, versionComplaint } from './scaling-references.ts';
import { scalingRules } from './scaling-rules.ts';
import { nonNegative } from './workload.ts';

/** Faults of an autoscaler, at either version: both are looked at as what is stored. */
export function* horizontalPodAutoscalerRules(next: HorizontalPodAutoscaler, previous?: HorizontalPodAutoscaler): Iterable<FieldError> {
  const spec = next.spec ?? ({} as HorizontalPodAutoscalerSpec);
  yield* replicaRules(spec, previous?.spec.minReplicas === 0 ? 0 : 1);
  yield* referenceRules(spec.scaleTargetRef, 'spec.scaleTargetRef', targetOptions(spec, previous?.spec));
  const objects = { core: true, anyVersion: previous?.spec.metrics?.some(describesBadVersion) ?? false };
  for (const [index, metric] of (spec.metrics ?? []).entries()) yield* metricRules(metric, `spec.metrics[${index}]`, objects);
  if (spec.minReplicas === 0 && !spec.metrics?.some(canStartFromZero)) {
    yield forbiddenField('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas');
  }
  yield* scalingRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp');
  yield* scalingRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown');
}

/** Faults of a write to the status of an autoscaler. */
export function* horizontalPodAutoscalerStatusRules({ status }: HorizontalPodAutoscaler): Iterable<FieldError> {
  yield* nonNegative(status?.currentReplicas, 'status.currentReplicas');
  yield* nonNegative(status?.desiredReplicas, 'status.desiredReplicas');
}

function* replicaRules({ minReplicas, maxReplicas = 0 }: HorizontalPodAutoscalerSpec, least: number): Iterable<FieldError> {
  if (minReplicas !== undefined && minReplicas < least)
    yield invalidValue('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`);
  if (maxReplicas === 0) yield required('spec.maxReplicas', 'must be set and greater than 0');
  else if (maxReplicas < 1) yield invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1');
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    yield invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
}

function targetOptions(next: HorizontalPodAutoscalerSpec, previous: HorizontalPodAutoscalerSpec | undefined): ReferenceOptions {
  const [ref, before] = [next.scaleTargetRef, previous?.scaleTargetRef];
  const same = before !== undefined && before.kind === ref?.kind && (before.apiVersion ?? '') === (ref?.apiVersion ?? '');
  return { anyVersion: same, core: ref?.kind === 'ReplicationController' };
}

function describesBadVersion({ type, object }: MetricSpec): boolean {
  return type === 'Object' && versionComplaint(object?.describedObject.apiVersion ?? '', true) !== undefined;
}

/** Metrics of something other than pods exist while there are no pods. */
function canStartFromZero({ type }: MetricSpec): boolean {
  return type === 'Object' || type === 'External';
}
