import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, invalidValue, notSupported, required, tooLong, tooMany } from '../../machinery/validation/faults.ts';
import { goQuote, goQuotedList } from '../../machinery/validation/go-text.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import type { JobSpec, PodFailurePolicy, PodFailurePolicyRule, SuccessPolicy, SuccessPolicyRule } from '../generated/batch-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { nonNegative } from './workload.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MAX_RULES = 20;
const MAX_VALUES = 255;
const MAX_INDEXES = 64 * 1024;

/** `Invalid value` that shows no value, because the fault is in what is not there. */
const invalidRule = (field: string, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
});

/** Required when empty, unsupported when unknown: how upstream checks most choices of a policy. */
function* choiceRules(value: string, supported: readonly string[], path: string): Iterable<FieldError> {
  if (value === '') yield required(path, `valid values: ${goQuotedList(supported)}`);
  else if (!supported.includes(value)) yield notSupported(path, value, supported);
}

/** Faults of what a job does about pods that fail. */
export function* podFailurePolicyRules(spec: JobSpec, { rules = [] }: PodFailurePolicy, path: string): Iterable<FieldError> {
  if ((rules ?? []).length > MAX_RULES) yield tooMany(`${path}.rules`, rules.length, MAX_RULES);
  const template = spec.template?.spec;
  const names = [...(template?.containers ?? []), ...(template?.initContainers ?? [])].map(({ name }) => name);
  for (const [index, rule] of (rules ?? []).entries()) yield* failureRuleRules(spec, rule, names, `${path}.rules[${index}]`);
}

function* failureRuleRules(
  spec: JobSpec,
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  names: readonly string[],
  path: string,
): Iterable<FieldError> {
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    yield invalidValue(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set');
  else yield* choiceRules(action ?? '', ACTIONS, `${path}.action`);
  if (onExitCodes) yield* exitCodeRules(onExitCodes, names, `${path}.onExitCodes`);
  for (const [index, { type = '', status = '' }] of (onPodConditions ?? []).entries()) {
    yield* complaints(`${path}.onPodConditions[${index}].type`, type, isQualifiedName(type));
    yield* choiceRules(status, STATUSES, `${path}.onPodConditions[${index}].status`);
  }
  const conditional = Boolean(onPodConditions?.length);
  if (onExitCodes && conditional) yield invalidRule(path, 'specifying both OnExitCodes and OnPodConditions is not supported');
  if (!onExitCodes && !conditional) yield invalidRule(path, 'specifying one of OnExitCodes and OnPodConditions is required');
}

function* exitCodeRules(
  { operator, containerName, values }: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  names: readonly string[],
  path: string,
): Iterable<FieldError> {
  yield* choiceRules(operator ?? '', OPERATORS, `${path}.operator`);
  if (containerName !== undefined && !names.includes(containerName)) {
    yield invalidValue(`${path}.containerName`, containerName, 'must be one of the container or initContainer names in the pod template');
  }
  const codes = values ?? [];
  if (codes.length === 0) yield invalidValue(`${path}.values`, values ?? null, 'at least one value is required');
  else if (codes.length > MAX_VALUES) yield tooMany(`${path}.values`, codes.length, MAX_VALUES);
  const seen = new Set<number>();
  for (const [index, code] of codes.entries()) {
    if (operator === 'In' && code === 0) yield invalidValue(`${path}.values[${index}]`, code, 'must not be 0 for the In operator');
    if (seen.has(code)) yield duplicate(`${path}.values[${index}]`, code);
    seen.add(code);
  }
  if (codes.some((code, index) => index > 0 && (codes[index - 1] ?? 0) > code))
    yield invalidValue(`${path}.values`, codes, 'must be ordered');
}

/** Faults of when a job counts as a success before all its indexes are. */
export function* successPolicyRules(spec: JobSpec, policy: SuccessPolicy, path: string): Iterable<FieldError> {
  const rules = policy.rules ?? [];
  if (spec.completionMode !== 'Indexed') {
    yield invalidValue(path, internalForm(policy, 'io.k8s.api.batch.v1.SuccessPolicy'), 'requires indexed completion mode');
    return;
  }
  if (rules.length === 0) yield required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified');
  if (rules.length > MAX_RULES) yield tooMany(`${path}.rules`, rules.length, MAX_RULES);
  for (const [index, rule] of rules.entries()) yield* successRuleRules(rule, spec.completions ?? 0, `${path}.rules[${index}]`);
}

function* successRuleRules(
  { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule,
  completions: number,
  path: string,
): Iterable<FieldError> {
  if (count === undefined && indexes === undefined)
    yield required(path, 'at least one of succeededCount or succeededIndexes must be specified');
  let total = 0;
  if (indexes !== undefined) {
    if (indexes.length > MAX_INDEXES) yield tooLong(`${path}.succeededIndexes`, MAX_INDEXES);
    const counted = countIndexes(indexes, completions);
    if (typeof counted === 'string') yield invalidValue(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${counted}`);
    else total = counted;
  }
  if (count === undefined) return;
  const at = `${path}.succeededCount`;
  yield* nonNegative(count, at);
  if (count > completions)
    yield invalidValue(at, count, `must be less than or equal to ${completions} (the number of specified completions)`);
  if (indexes !== undefined && count > total)
    yield invalidValue(at, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`);
}

/** How many indexes `1,3-5` names, or what is wrong with it. */
export function countIndexes(text: string, completions: number): number | string {
  let [total, last] = [0, -1];
  if (text === '') return 0;
  for (const interval of text.split(',')) {
    const bounds = interval.split('-');
    if (bounds.length > 2)
      return `the fragment ${goQuote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    for (const bound of bounds) {
      if (!/^[-+]?\d+$/.test(bound)) return `cannot convert string to integer for index: ${goQuote(bound)}`;
      if (Number(bound) >= completions) return `too large index: ${goQuote(bound)}`;
    }
    const [first, end = first] = bounds.map(Number) as [number, number?];
    if (bounds.length > 1 && first >= end) return `non-increasing order, previous: ${first}, current: ${end}`;
    if (last >= first) return `non-increasing order, previous: ${last}, current: ${first}`;
    total += end - first + 1;
    last = end;
  }
  return total;
}
