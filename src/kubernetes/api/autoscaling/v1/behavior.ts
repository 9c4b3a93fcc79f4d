import type { HorizontalPodAutoscalerBehavior, HPAScalingPolicy, HPAScalingRules } from '../../generated/autoscaling-v2.ts';
import { internalForm } from '../../internal-form/internal-form.ts';
import { present } from './present.ts';

/** The behaviour as the annotation of autoscaling/v1 has it: under the names that upstream uses inside. */
export function behaviorToV1(behavior: HorizontalPodAutoscalerBehavior): object {
  return internalForm(behavior, 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior');
}

/** The opposite; undefined for what says nothing. */
export function behaviorFromV1(said: unknown): HorizontalPodAutoscalerBehavior | undefined {
  const [scaleUp, scaleDown] = [rulesFrom(field(said, 'ScaleUp')), rulesFrom(field(said, 'ScaleDown'))];
  return scaleUp || scaleDown ? present({ scaleUp, scaleDown }) : undefined;
}

function rulesFrom(said: unknown): HPAScalingRules | undefined {
  if (!said) return undefined;
  const policies = field(said, 'Policies');
  return present({
    stabilizationWindowSeconds: field(said, 'StabilizationWindowSeconds') as number | undefined,
    selectPolicy: field(said, 'SelectPolicy') as string | undefined,
    policies: Array.isArray(policies) ? policies.map(policyFrom) : undefined,
    tolerance: field(said, 'Tolerance') as string | undefined,
  });
}

function policyFrom(said: unknown): HPAScalingPolicy {
  return {
    type: (field(said, 'Type') ?? '') as string,
    value: (field(said, 'Value') ?? 0) as number,
    periodSeconds: (field(said, 'PeriodSeconds') ?? 0) as number,
  };
}

/** A field by its name in any case, as Go's decoder finds it. */
function field(said: unknown, name: string): unknown {
  if (typeof said !== 'object' || said === null) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(said).find(([key]) => key.toLowerCase() === wanted)?.[1] ?? undefined;
}
