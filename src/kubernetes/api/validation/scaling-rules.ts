import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { HPAScalingPolicy, HPAScalingRules } from '../generated/autoscaling-v2.ts';
import { nonNegativeAmount } from './resource-names.ts';

const LONGEST_PERIOD = 1800;
const LONGEST_WINDOW = 3600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];

/** Faults of how an autoscaler may scale in one direction. */
export function* scalingRules(rules: HPAScalingRules | undefined, path: string): Iterable<FieldError> {
  if (!rules) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  if (window !== undefined && window < 0)
    yield invalidValue(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > LONGEST_WINDOW)
    yield invalidValue(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${LONGEST_WINDOW}`);
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy))
    yield notSupported(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES);
  if (policies.length === 0) yield required(`${path}.policies`, 'must specify at least one Policy');
  for (const [index, policy] of policies.entries()) yield* policyRules(policy, `${path}.policies[${index}]`);
  if (tolerance !== undefined) yield* nonNegativeAmount(tolerance, `${path}.tolerance`);
}

function* policyRules({ type = '', value = 0, periodSeconds = 0 }: HPAScalingPolicy, path: string): Iterable<FieldError> {
  if (!POLICY_TYPES.includes(type)) yield notSupported(`${path}.type`, type, POLICY_TYPES);
  if (value <= 0) yield invalidValue(`${path}.value`, value, 'must be greater than zero');
  if (periodSeconds <= 0) yield invalidValue(`${path}.periodSeconds`, periodSeconds, 'must be greater than zero');
  if (periodSeconds > LONGEST_PERIOD)
    yield invalidValue(`${path}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD}`);
}
