import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricSpec,
} from '../generated/autoscaling-v2.ts';

/** Fills what an autoscaler may leave unsaid. */
export function defaultAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  if (!spec) return;
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) spec.metrics = defaultMetrics();
  if (spec.behavior) defaultBehavior(spec.behavior);
}

/** What is scaled by where nothing is said. */
export function defaultMetrics(): MetricSpec[] {
  return [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
}

/** Either direction without rules of its own gets the usual ones as soon as there are any rules at all. */
export function defaultBehavior(behavior: HorizontalPodAutoscalerBehavior): void {
  behavior.scaleUp = { stabilizationWindowSeconds: 0, ...withDefaults(behavior.scaleUp, SCALE_UP) };
  behavior.scaleDown = withDefaults(behavior.scaleDown, SCALE_DOWN);
}

const SCALE_UP: readonly HPAScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const SCALE_DOWN: readonly HPAScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

function withDefaults(rules: HPAScalingRules | undefined, policies: readonly HPAScalingPolicy[]): HPAScalingRules {
  return { selectPolicy: 'Max', policies: policies.map((policy) => ({ ...policy })), ...rules };
}
