import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { PodDisruptionBudget } from '../generated/policy-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { conditionRules } from './conditions.ts';
import { labelSelectorRules } from './label-selector.ts';
import { atMost100Percent, intOrPercentRules, nonNegative } from './workload.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/** Faults of a disruption budget. */
export function* podDisruptionBudgetRules({ spec = {} }: PodDisruptionBudget): Iterable<FieldError> {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    yield invalidValue(
      'spec',
      internalForm(spec, 'io.k8s.api.policy.v1.PodDisruptionBudgetSpec'),
      'minAvailable and maxUnavailable cannot be both set',
    );
  yield* intOrPercentRules(minAvailable, 'spec.minAvailable');
  yield* atMost100Percent(minAvailable, 'spec.minAvailable');
  yield* intOrPercentRules(maxUnavailable, 'spec.maxUnavailable');
  yield* atMost100Percent(maxUnavailable, 'spec.maxUnavailable');
  yield* labelSelectorRules(spec.selector, 'spec.selector');
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy))
    yield notSupported('spec.unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES);
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

/** Faults of a write to the status of a disruption budget. */
export function* podDisruptionBudgetStatusRules({ status }: PodDisruptionBudget): Iterable<FieldError> {
  yield* conditionRules(status?.conditions, 'status.conditions');
  for (const field of COUNTS) yield* nonNegative(status?.[field], `status.${field}`);
  for (const name of Object.keys(status?.disruptedPods ?? {})) {
    yield* complaints('status.disruptedPods', name, isDns1123Subdomain(name));
  }
}
