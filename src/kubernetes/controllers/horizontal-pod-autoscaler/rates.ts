import type { HPAScalingPolicy, HPAScalingRules } from '../../api/generated/autoscaling-v2.ts';
import { changeWithin, type History } from './history.ts';

/** The most replicas that the rules allow to scale up to now. */
export function upLimit(current: number, { policies = [], selectPolicy }: HPAScalingRules, history: History, now: number): number {
  if (selectPolicy === 'Disabled') return current;
  const proposals = policies.map((policy) => {
    const start = startOf(policy, current, history, now);
    // Rounded up, or a small share of few pods would never be a pod.
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  return selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
}

/** The fewest replicas that the rules allow to scale down to now. */
export function downLimit(current: number, { policies = [], selectPolicy }: HPAScalingRules, history: History, now: number): number {
  if (selectPolicy === 'Disabled') return current;
  const proposals = policies.map((policy) => {
    const start = startOf(policy, current, history, now);
    return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
  });
  // The smallest change is the one that leaves most.
  return selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}

/** The longest period of the policies, in milliseconds. */
export function longestPeriod({ policies = [] }: HPAScalingRules): number {
  return Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds * 1000));
}

/** The replicas there were when the policy's period began. */
function startOf({ periodSeconds }: HPAScalingPolicy, current: number, { ups, downs }: History, now: number): number {
  const period = periodSeconds * 1000;
  return current - changeWithin(ups, period, now) + changeWithin(downs, period, now);
}
