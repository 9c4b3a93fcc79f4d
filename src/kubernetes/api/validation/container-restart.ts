import type { FieldError } from '../../machinery/field-error.ts';
import { notSupported, required, tooMany } from '../../machinery/validation/faults.ts';
import type { Container, ContainerRestartRule } from '../generated/core-v1.ts';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;

/** When a container is started again on its own terms. */
export function* restartRules({ restartPolicy, restartPolicyRules: rules = [] }: Container, path: string): Iterable<FieldError> {
  if (restartPolicy !== undefined && !POLICIES.includes(restartPolicy))
    yield notSupported(`${path}.restartPolicy`, restartPolicy, POLICIES);
  if (rules.length === 0) return;
  if (restartPolicy === undefined) yield required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');
  if (rules.length > MAX_RULES) yield tooMany(`${path}.restartPolicyRules`, rules.length, MAX_RULES);
  for (const [index, rule] of rules.entries()) yield* ruleRules(rule, `${path}.restartPolicyRules[${index}]`);
}

function* ruleRules({ action, exitCodes }: ContainerRestartRule, path: string): Iterable<FieldError> {
  if (!action || !ACTIONS.includes(action)) yield notSupported(`${path}.action`, action ?? '', ACTIONS);
  if (!exitCodes) {
    yield required(`${path}.exitCodes`, 'must be specified');
    return;
  }
  const { operator, values = [] } = exitCodes;
  if (!operator || !OPERATORS.includes(operator)) yield notSupported(`${path}.exitCodes.operator`, operator ?? '', OPERATORS);
  if (values.length > MAX_EXIT_CODES) yield tooMany(`${path}.exitCodes.values`, values.length, MAX_EXIT_CODES);
}
